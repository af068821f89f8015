#include "task/stage_flow.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "apply/apply_stats.h"
#include "capture/capture.h"
#include "relay/relay_log.h"

namespace penstock::task {
namespace {

using base::TimeHistogram;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::seconds window{5};
constexpr std::chrono::milliseconds sample_interval{200};

Microseconds microseconds(std::chrono::steady_clock::duration duration) {
    return std::chrono::duration_cast<Microseconds>(duration);
}

void add_counts(TimeHistogram::Counts& to, const TimeHistogram::Counts& from) {
    std::transform(to.begin(), to.end(), from.begin(), to.begin(), std::plus<>());
}

// A reading is no snapshot: a counter of the later one is never behind that of the earlier one, but
// the parts of a sum may be.
double share(Microseconds before, Microseconds after, double seconds) {
    if (seconds <= 0) return 0;
    return std::clamp(Seconds(after - before).count() / seconds, 0.0, 1.0);
}

double rest(double first, double second, double third = 0) {
    return std::max(0.0, 1 - first - second - third);
}

std::optional<double> seconds_of(const std::optional<Microseconds>& time) {
    if (!time) return std::nullopt;
    return Seconds(*time).count();
}

Quantiles quantiles(const TimeHistogram::Counts& before, const TimeHistogram::Counts& after) {
    TimeHistogram::Counts counts;
    std::transform(after.begin(), after.end(), before.begin(), counts.begin(), std::minus<>());
    return {seconds_of(TimeHistogram::quantile(counts, 0.5)),
            seconds_of(TimeHistogram::quantile(counts, 0.99)),
            seconds_of(TimeHistogram::quantile(counts, 1))};
}

CaptureFlow flow_between(const CaptureCounters& before, const CaptureCounters& after) {
    CaptureFlow flow;
    flow.seconds = Seconds(after.ran - before.ran).count();
    flow.bytes = after.bytes - before.bytes;
    flow.events = after.events - before.events;
    flow.awaiting_source = share(before.source_awaited, after.source_awaited, flow.seconds);
    flow.awaiting_disk = share(before.disk_awaited, after.disk_awaited, flow.seconds);
    flow.paused = share(before.paused, after.paused, flow.seconds);
    flow.busy = rest(flow.awaiting_source, flow.awaiting_disk, flow.paused);
    flow.unflushed_bytes = after.bytes - std::min(after.bytes, after.group_bytes);
    flow.groups = after.groups - before.groups;
    flow.group_bytes = after.group_bytes - before.group_bytes;
    flow.group_seconds = quantiles(before.group_times, after.group_times);
    return flow;
}

ApplyFlow flow_between(const ApplyCounters& before, const ApplyCounters& after) {
    ApplyFlow flow;
    flow.seconds = Seconds(after.ran - before.ran).count();
    flow.units = after.units - before.units;
    flow.transactions = after.transactions - before.transactions;
    flow.rows = after.rows - before.rows;
    flow.rows_written = after.rows_written - before.rows_written;
    flow.rows_kept_in_order = after.rows_kept_in_order - before.rows_kept_in_order;
    flow.statement_bytes = after.statement_bytes - before.statement_bytes;
    flow.retries = after.retries - before.retries;
    flow.grouping_starved = share(before.grouping_starved, after.grouping_starved, flow.seconds);
    flow.grouping_blocked = share(before.grouping_blocked, after.grouping_blocked, flow.seconds);
    flow.awaiting_decoding = share(before.decoding_awaited, after.decoding_awaited, flow.seconds);
    flow.grouping_busy = rest(flow.grouping_starved, flow.grouping_blocked, flow.awaiting_decoding);
    flow.writing_starved = share(before.writing_starved, after.writing_starved, flow.seconds);
    flow.awaiting_destination =
        share(before.destination_awaited, after.destination_awaited, flow.seconds);
    flow.writing_busy = rest(flow.writing_starved, flow.awaiting_destination);
    flow.in_flight_mean = flow.per_unit(after.in_flight_sum - before.in_flight_sum);
    flow.commit_seconds = quantiles(before.commit_times, after.commit_times);
    return flow;
}

}  // namespace

void CaptureCounters::add(const CaptureCounters& earlier) {
    ran += earlier.ran;
    bytes += earlier.bytes;
    events += earlier.events;
    source_awaited += earlier.source_awaited;
    disk_awaited += earlier.disk_awaited;
    paused += earlier.paused;
    groups += earlier.groups;
    group_bytes += earlier.group_bytes;
    add_counts(group_times, earlier.group_times);
}

void ApplyCounters::add(const ApplyCounters& earlier) {
    ran += earlier.ran;
    units += earlier.units;
    transactions += earlier.transactions;
    rows += earlier.rows;
    rows_written += earlier.rows_written;
    rows_kept_in_order += earlier.rows_kept_in_order;
    statement_bytes += earlier.statement_bytes;
    retries += earlier.retries;
    in_flight_sum += earlier.in_flight_sum;
    commit_time += earlier.commit_time;
    add_counts(commit_times, earlier.commit_times);
    grouping_starved += earlier.grouping_starved;
    grouping_blocked += earlier.grouping_blocked;
    decoding_awaited += earlier.decoding_awaited;
    batches_decoded_ahead += earlier.batches_decoded_ahead;
    writing_starved += earlier.writing_starved;
    destination_awaited += earlier.destination_awaited;
    in_flight_max = std::max(in_flight_max, earlier.in_flight_max);
    commit_time_max = std::max(commit_time_max, earlier.commit_time_max);
}

double ApplyCounters::commit_seconds_mean() const {
    return units > 0 ? Seconds(commit_time).count() / static_cast<double>(units) : 0;
}

double ApplyCounters::in_flight_mean() const {
    return units > 0 ? static_cast<double>(in_flight_sum) / static_cast<double>(units) : 0;
}

CaptureCounters count(const capture::CaptureStats& capture, const relay::RelayLog& relay,
                      SteadyTime begun, SteadyTime now) {
    CaptureCounters counters;
    counters.begun = begun;
    counters.ran = microseconds(now - begun);
    counters.group_bytes = relay.written().bytes;  // before what was appended: never more than that
    counters.bytes = capture.bytes;
    counters.events = capture.events;
    counters.source_awaited = capture.source_awaited.total(now);
    counters.disk_awaited = relay.written().awaited.total(now);
    counters.paused = std::chrono::milliseconds(capture.paused_ms.load());
    counters.groups = relay.written().groups;
    counters.group_times = relay.written().times.counts();
    return counters;
}

ApplyCounters count(apply::Mode mode, const apply::ApplyStats& stats, SteadyTime begun,
                    SteadyTime now) {
    ApplyCounters counters;
    counters.begun = begun;
    counters.mode = to_string(mode);
    counters.ran = microseconds(now - begun);
    counters.units = stats.units;
    counters.transactions = stats.transactions;
    counters.rows = stats.rows;
    counters.rows_written = stats.rows_written;
    counters.rows_kept_in_order = stats.rows_kept_in_order;
    counters.statement_bytes = stats.statement_bytes;
    counters.retries = stats.retries;
    counters.in_flight_sum = stats.in_flight_sum;
    counters.commit_time = Microseconds(stats.commit_us.load());
    counters.commit_times = stats.commit_times.counts();
    counters.grouping_starved = stats.grouping_starved.total(now);
    counters.grouping_blocked = stats.grouping_blocked.total(now);
    counters.decoding_awaited = stats.decode.awaited.total(now);
    counters.batches_decoded_ahead = stats.decode.batches_ahead;
    counters.writing_starved = stats.writing_starved.total(now);
    counters.destination_awaited = stats.destination_awaited.total(now);
    counters.in_flight_max = stats.in_flight_max;
    counters.commit_time_max = Microseconds(stats.commit_us_max.load());
    counters.pipeline_depth = stats.pipeline_depth;
    counters.in_flight = stats.in_flight;
    counters.queued_pieces = stats.queued_pieces;
    counters.queued_bytes = stats.queued_bytes;
    return counters;
}

const char* to_string(Bottleneck bottleneck) {
    switch (bottleneck) {
        case Bottleneck::source:
            return "source";
        case Bottleneck::capture:
            return "capture";
        case Bottleneck::relay:
            return "relay";
        case Bottleneck::grouping:
            return "grouping";
        case Bottleneck::writing:
            return "writing";
        case Bottleneck::destination:
            return "destination";
    }
    return "unknown";
}

std::optional<Bottleneck> StageFlow::bottleneck() const {
    if (!apply || apply->seconds <= 0) return std::nullopt;
    const double idle = std::min(apply->grouping_starved, apply->writing_starved);
    // Without numbers of capture, what does not come is the source's.
    const CaptureFlow before_relay =
        capture && capture->seconds > 0 ? *capture : CaptureFlow{.awaiting_source = 1};
    const std::array<std::pair<Bottleneck, double>, 6> times{{
        {Bottleneck::destination, apply->awaiting_destination},
        {Bottleneck::writing, apply->writing_busy},
        {Bottleneck::grouping, apply->grouping_busy + apply->awaiting_decoding},
        {Bottleneck::relay, std::min(idle, before_relay.awaiting_disk)},
        {Bottleneck::capture, std::min(idle, before_relay.busy)},
        {Bottleneck::source, std::min(idle, before_relay.awaiting_source)},
    }};
    return std::max_element(
               times.begin(), times.end(),
               [](const auto& left, const auto& right) { return left.second < right.second; })
        ->first;
}

StageFlow flow_between(const StageCounters& before, const StageCounters& after) {
    StageFlow flow;
    if (after.capture) {
        flow.capture = flow_between(before.capture.value_or(CaptureCounters{}), *after.capture);
    }
    if (after.apply) {
        flow.apply = flow_between(before.apply.value_or(ApplyCounters{}), *after.apply);
    }
    return flow;
}

StageFlow StageWindow::measure(const StageCounters& counters, SteadyTime now) {
    if (samples_.empty() || now - samples_.back().at >= sample_interval) {
        samples_.push_back({now, counters});
    }
    // The oldest sample kept is the last one outside the window, so that the window is full.
    while (samples_.size() > 2 && now - samples_[1].at >= window) samples_.pop_front();
    return flow_between(samples_.front().counters, counters);
}

}  // namespace penstock::task
