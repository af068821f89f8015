#include "task/apply_meter.h"

namespace penstock::task {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::chrono::seconds rate_window{5};
constexpr double microseconds_per_second = 1e6;

double quotient(std::uint64_t sum, double divisor) {
    return divisor > 0 ? static_cast<double>(sum) / divisor : 0;
}

}  // namespace

ApplyProgress ApplyMeter::measure(apply::Mode mode, const apply::ApplyStats& stats,
                                  Clock::time_point now) {
    ApplyProgress shown;
    shown.mode = to_string(mode);
    shown.pipeline_depth = stats.pipeline_depth;
    shown.in_flight = stats.in_flight;
    shown.in_flight_max = stats.in_flight_max;
    shown.batches_decoded_ahead = stats.decode.batches_ahead;
    shown.units = stats.units;
    shown.transactions = stats.transactions;
    shown.rows = stats.rows;
    shown.rows_written = stats.rows_written;
    shown.rows_kept_in_order = stats.rows_kept_in_order;
    shown.statement_bytes = stats.statement_bytes;
    shown.retries = stats.retries;
    const auto units = static_cast<double>(shown.units);
    shown.in_flight_mean = quotient(stats.in_flight_sum, units);
    shown.commit_seconds_mean = quotient(stats.commit_us, units * microseconds_per_second);
    shown.commit_seconds_max = static_cast<double>(stats.commit_us_max) / microseconds_per_second;
    if (samples_.empty()) begin_ = now;
    const double elapsed_us = Seconds(now - begin_).count() * microseconds_per_second;
    shown.grouping_starved = quotient(stats.grouping_starved_us, elapsed_us);
    shown.grouping_blocked = quotient(stats.grouping_blocked_us, elapsed_us);
    shown.writing_starved = quotient(stats.writing_starved_us, elapsed_us);

    samples_.push_back({now, shown.units, shown.transactions, shown.rows, shown.statement_bytes});
    // The oldest sample kept is the last one outside the window, so that the window is full.
    while (samples_.size() > 2 && now - samples_[1].at >= rate_window) samples_.pop_front();
    const Sample& oldest = samples_.front();
    const double seconds = Seconds(now - oldest.at).count();
    shown.units_rate = quotient(shown.units - oldest.units, seconds);
    shown.transactions_rate = quotient(shown.transactions - oldest.transactions, seconds);
    shown.rows_rate = quotient(shown.rows - oldest.rows, seconds);
    shown.statement_bytes_rate = quotient(shown.statement_bytes - oldest.statement_bytes, seconds);
    return shown;
}

}  // namespace penstock::task
