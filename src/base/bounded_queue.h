// BoundedQueue<T>: a hand-over between stages, bounded in items, over moodycamel's lock-free
// queue. push() waits while the queue is full, pop() while it is empty; both give up when the
// stop token is triggered or the queue is closed. With one producer the order is kept.
//
// Any thread. close() says that nothing more will come: pop() still hands out what is inside and
// then answers nullopt.
#pragma once

#include <concurrentqueue/blockingconcurrentqueue.h>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <utility>

namespace penstock::base {

template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity)
        : slots_(static_cast<ssize_t>(capacity)), queue_(capacity) {}

    // False: stopped or closed; the item was not taken.
    [[nodiscard]] bool push(T&& item, const std::stop_token& stop) {
        while (!slots_.wait(poll_us)) {
            if (stop.stop_requested() || closed_.load(std::memory_order_acquire)) return false;
        }
        queue_.enqueue(std::move(item));
        return true;
    }

    // nullopt: stopped, or closed and empty.
    [[nodiscard]] std::optional<T> pop(const std::stop_token& stop) {
        T item;
        while (true) {
            const bool closed = closed_.load(std::memory_order_acquire);
            if (queue_.wait_dequeue_timed(item, poll_us)) {
                slots_.signal();
                return item;
            }
            if (stop.stop_requested() || closed) return std::nullopt;
        }
    }

    // An item if one is there now.
    [[nodiscard]] std::optional<T> try_pop() {
        T item;
        if (!queue_.try_dequeue(item)) return std::nullopt;
        slots_.signal();
        return item;
    }

    void close() { closed_.store(true, std::memory_order_release); }
    [[nodiscard]] std::size_t size_approx() const { return queue_.size_approx(); }

private:
    static constexpr std::int64_t poll_us = 20'000;  // how often a waiter looks at the stop token

    moodycamel::LightweightSemaphore slots_;
    moodycamel::BlockingConcurrentQueue<T> queue_;
    std::atomic<bool> closed_{false};
};

}  // namespace penstock::base
