// StopSignals: Ctrl-C and SIGTERM as a stop token. The first asks for a stop at a safe point; the
// second ends the process at once with exit code 130, which is safe too: the next run resumes from
// the destination's checkpoint.
//
// Made by main before any other thread, so that all threads inherit the blocked signals.
#pragma once

#include <stop_token>
#include <thread>

namespace penstock::cli {

class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

private:
    std::stop_source stop_;
    std::jthread thread_;
};

}  // namespace penstock::cli
