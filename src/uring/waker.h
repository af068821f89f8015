// Waker: interrupts a thread that waits for I/O, for good: once woken it stays woken. Any thread.
// Owns an eventfd, which becomes readable.
#pragma once

#include <atomic>
#include <chrono>

namespace penstock::uring {

class Waker {
public:
    Waker();
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

    void wake();
    [[nodiscard]] bool woken() const { return woken_.load(std::memory_order_acquire); }
    // Sleeps for `duration` or until woken; true if woken.
    [[nodiscard]] bool sleep(std::chrono::milliseconds duration) const;
    [[nodiscard]] int fd() const { return fd_; }

private:
    const int fd_;
    std::atomic<bool> woken_{false};
};

}  // namespace penstock::uring
