// ApplyMeter: turns the applier's counters into what is shown: means, shares and rates of the last
// seconds. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

#include "apply/apply_stats.h"
#include "apply/mode.h"
#include "task/progress.h"

namespace penstock::task {

class ApplyMeter {
public:
    using Clock = std::chrono::steady_clock;

    // To be called a few times a second.
    [[nodiscard]] ApplyProgress measure(apply::Mode mode, const apply::ApplyStats& stats,
                                        Clock::time_point now);

private:
    struct Sample {
        Clock::time_point at;
        std::uint64_t units = 0;
        std::uint64_t transactions = 0;
        std::uint64_t rows = 0;
        std::uint64_t statement_bytes = 0;
    };
    std::deque<Sample> samples_;  // of the last seconds, oldest first
    Clock::time_point begin_{};   // of the first measurement
};

}  // namespace penstock::task
