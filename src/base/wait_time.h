// WaitTime: how long threads have waited for one thing, the waits that are under way included, so
// that a stage that stands still is seen while it does. Any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>

namespace penstock::base {

class WaitTime {
public:
    using Clock = std::chrono::steady_clock;

    // One wait, as long as it lives.
    class Scope {
    public:
        explicit Scope(WaitTime& time) : time_(time) { time_.begin(begun_); }
        ~Scope() { time_.end(begun_, Clock::now()); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        WaitTime& time_;
        const Clock::time_point begun_ = Clock::now();
    };

    // Of all threads together: more than the time that has passed where several wait at once.
    [[nodiscard]] std::chrono::microseconds total(Clock::time_point now) const {
        const std::lock_guard lock(mutex_);
        const Clock::duration under_way = count_ * now.time_since_epoch() - begins_;
        return std::chrono::duration_cast<std::chrono::microseconds>(
            ended_ + std::max(under_way, Clock::duration::zero()));
    }

private:
    void begin(Clock::time_point at) {
        const std::lock_guard lock(mutex_);
        begins_ += at.time_since_epoch();
        ++count_;
    }
    void end(Clock::time_point begun, Clock::time_point at) {
        const std::lock_guard lock(mutex_);
        begins_ -= begun.time_since_epoch();
        --count_;
        ended_ += at - begun;
    }

    mutable std::mutex mutex_;
    // Guarded by mutex_.
    Clock::duration ended_{};   // of the waits that are over
    Clock::duration begins_{};  // sum over those under way, since the clock's epoch
    int count_ = 0;             // of those under way
};

}  // namespace penstock::base
