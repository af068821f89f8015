// StageFlow: what each stage of the data path did between two moments, its shares of that time, and
// which of them holds the others up. Pure.
//
// The stages are capture (the source's socket into the relay log), grouping (relay log into units)
// and writing (units to the destination). A share is a part of the time in which the stage ran:
//
//   capture   awaiting_source + awaiting_disk + paused (no room for the relay log) + busy = 1
//   grouping  starved (nothing in the relay log) + blocked (the queue is full, or the writing
//             thread has no need of more yet) + awaiting_decoding (of compressed transactions) +
//             busy = 1
//   writing   starved (nothing in the queue, nothing in flight) + awaiting_destination + busy = 1
//
// The bottleneck is where most of the time went: `destination` has writing's awaiting_destination,
// `writing` and `grouping` their busy (of grouping with
// awaiting_decoding). What lies before the relay log holds up the rest only while
// both threads behind it have nothing to do, so `source`, `relay` and `capture` have the capture's
// awaiting_source, awaiting_disk and busy, but never more than the smaller one of the starved
// shares. Among equals it is the one nearest to the destination.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "apply/mode.h"
#include "base/time_histogram.h"

namespace penstock::apply {
struct ApplyStats;
}
namespace penstock::capture {
struct CaptureStats;
}
namespace penstock::relay {
class RelayLog;
}

namespace penstock::task {

using SteadyTime = std::chrono::steady_clock::time_point;
using Microseconds = std::chrono::microseconds;

// Sums since capture was first started by this run, but for what says otherwise.
struct CaptureCounters {
    SteadyTime begun{};  // of the last one
    Microseconds ran{};
    std::uint64_t bytes = 0;
    std::uint64_t events = 0;
    Microseconds source_awaited{};
    Microseconds disk_awaited{};
    Microseconds paused{};
    // Made durable in the relay log, a group by one write and fdatasync each.
    std::uint64_t groups = 0;
    std::uint64_t group_bytes = 0;
    base::TimeHistogram::Counts group_times{};

    void add(const CaptureCounters& earlier);  // one that has ended
};

// Sums since this run first began to apply, but for what says otherwise; see ApplyStats.
struct ApplyCounters {
    SteadyTime begun{};  // of the last one
    std::string mode;
    Microseconds ran{};
    std::uint64_t units = 0;
    std::uint64_t transactions = 0;
    std::uint64_t rows = 0;
    std::uint64_t rows_written = 0;
    std::uint64_t rows_kept_in_order = 0;
    std::uint64_t statement_bytes = 0;
    std::uint64_t retries = 0;
    std::uint64_t batches_decoded_ahead = 0;
    std::uint64_t in_flight_sum = 0;
    Microseconds commit_time{};
    base::TimeHistogram::Counts commit_times{};
    Microseconds grouping_starved{};
    Microseconds grouping_blocked{};
    Microseconds decoding_awaited{};
    Microseconds writing_starved{};
    Microseconds destination_awaited{};
    // The largest.
    std::uint64_t in_flight_max = 0;
    Microseconds commit_time_max{};
    // Now.
    std::uint64_t pipeline_depth = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t queued_pieces = 0;
    std::uint64_t queued_bytes = 0;

    void add(const ApplyCounters& earlier);  // one that has ended
    [[nodiscard]] double commit_seconds_mean() const;
    [[nodiscard]] double in_flight_mean() const;
};

[[nodiscard]] CaptureCounters count(const capture::CaptureStats& capture,
                                    const relay::RelayLog& relay, SteadyTime begun, SteadyTime now);
[[nodiscard]] ApplyCounters count(apply::Mode mode, const apply::ApplyStats& stats,
                                  SteadyTime begun, SteadyTime now);

struct StageCounters {
    std::optional<CaptureCounters> capture;
    std::optional<ApplyCounters> apply;
};

// Seconds; nullopt where nothing was measured in that time. At most a sixteenth too long.
struct Quantiles {
    std::optional<double> p50;
    std::optional<double> p99;
    std::optional<double> max;
};

struct CaptureFlow {
    double seconds = 0;  // that it ran
    std::uint64_t bytes = 0;
    std::uint64_t events = 0;
    double busy = 0;
    double awaiting_source = 0;
    double awaiting_disk = 0;
    double paused = 0;
    std::uint64_t unflushed_bytes = 0;  // now: received and not durable yet
    std::uint64_t groups = 0;
    std::uint64_t group_bytes = 0;
    Quantiles group_seconds{};
};

struct ApplyFlow {
    double seconds = 0;  // that it ran
    std::uint64_t units = 0;
    std::uint64_t transactions = 0;
    std::uint64_t rows = 0;
    std::uint64_t rows_written = 0;
    std::uint64_t rows_kept_in_order = 0;
    std::uint64_t statement_bytes = 0;
    std::uint64_t retries = 0;
    double grouping_busy = 0;
    double grouping_starved = 0;
    double grouping_blocked = 0;
    double awaiting_decoding = 0;
    double writing_busy = 0;
    double writing_starved = 0;
    double awaiting_destination = 0;
    double in_flight_mean = 0;
    Quantiles commit_seconds{};
    // Rows changed on the source for one written; nullopt where rows are not coalesced.
    [[nodiscard]] std::optional<double> coalescing_ratio() const {
        if (rows_written == 0 || rows_written == rows) return std::nullopt;
        return static_cast<double>(rows) / static_cast<double>(rows_written);
    }
    // `count` a second.
    [[nodiscard]] double rate(std::uint64_t count) const {
        return seconds > 0 ? static_cast<double>(count) / seconds : 0;
    }
    // `count` a unit.
    [[nodiscard]] double per_unit(std::uint64_t count) const {
        return units > 0 ? static_cast<double>(count) / static_cast<double>(units) : 0;
    }
};

enum class Bottleneck : std::uint8_t { source, capture, relay, grouping, writing, destination };
[[nodiscard]] const char* to_string(Bottleneck bottleneck);

struct StageFlow {
    std::optional<CaptureFlow> capture;
    std::optional<ApplyFlow> apply;
    // nullopt before incremental write, and where no time has passed.
    [[nodiscard]] std::optional<Bottleneck> bottleneck() const;
};

// The sums over all captures, or appliers, that a run makes one after the other.
template <typename Counters>
class AllOf {
public:
    // Of the one that runs now; another `begun` than before: it is a new one.
    void set(const Counters& now) {
        if (last_ && last_->begun != now.begun) ended_.add(*last_);
        last_ = now;
    }
    [[nodiscard]] std::optional<Counters> sum() const {
        std::optional<Counters> sum = last_;
        if (sum) sum->add(ended_);
        return sum;
    }

private:
    Counters ended_;
    std::optional<Counters> last_;
};

// What was done from `before` to `after`, two readings of the same run.
[[nodiscard]] StageFlow flow_between(const StageCounters& before, const StageCounters& after);

// The flow of the last seconds. One thread.
class StageWindow {
public:
    // To be called about as often as the counters are read.
    [[nodiscard]] StageFlow measure(const StageCounters& counters, SteadyTime now);

private:
    struct Sample {
        SteadyTime at;
        StageCounters counters;
    };
    std::deque<Sample> samples_;  // oldest first
};

}  // namespace penstock::task
