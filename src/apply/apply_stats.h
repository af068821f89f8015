// ApplyStats: the counters of incremental write since the applier was started. Each is right by
// itself; together they are no snapshot. Any thread reads, the applier's threads write.
#pragma once

#include <atomic>
#include <cstdint>

#include "apply/decode_ahead.h"
#include "base/time_histogram.h"
#include "base/wait_time.h"

namespace penstock::apply {

struct ApplyStats {
    using Counter = std::atomic<std::uint64_t>;

    // Committed in the destination.
    Counter units{0};  // commits
    Counter transactions{0};
    Counter rows{0};          // changed on the source
    Counter rows_written{0};  // what they came to; fewer in mode merged
    Counter statement_bytes{0};

    Counter rows_kept_in_order{0};  // of mode merged: read, and not coalesced
    Counter statements_ignored{0};  // statements of the stream not carried over
    Counter retries{0};             // after transient errors

    // From when the server could begin with a unit (it was sent, and the one before answered) until
    // its answer, in microseconds.
    Counter commit_us{0};
    Counter commit_us_max{0};

    // Of the connection that writes.
    Counter pipeline_depth{0};  // how many units may be in flight
    Counter in_flight{0};       // units sent and not answered
    Counter in_flight_max{0};
    Counter in_flight_sum{0};  // over units, when each was answered, itself included

    base::TimeHistogram commit_times;  // as commit_us, one by one

    // Between the threads: pieces that wait for the writing one.
    Counter queued_pieces{0};
    Counter queued_bytes{0};

    // What the threads waited: grouping for the source's next change, or until the writing thread
    // has need of more; writing for a piece, or for the destination.
    base::WaitTime grouping_starved;
    base::WaitTime grouping_blocked;
    base::WaitTime writing_starved;
    base::WaitTime destination_awaited;

    DecodeStats decode;
};

inline void raise(ApplyStats::Counter& maximum, std::uint64_t value) {
    if (value > maximum.load(std::memory_order_relaxed)) maximum = value;  // one writer
}

}  // namespace penstock::apply
