// Ring: an io_uring, used by the one thread that created it.
//
// Completions are objects owned by whoever waits. turn() submits what is prepared, waits, collects
// all completions that are there, and only then calls the objects: a callback may prepare and may
// even destroy nothing but itself; it never runs while the completion queue is being walked.
// Operations of this module prepare their entries themselves (ring.cpp knows liburing, callers
// of this header need not).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "penstock/result.h"

struct io_uring;
struct io_uring_sqe;

namespace penstock::uring {

class Completion {
public:
    // The operation's result (negative errno on failure) and the IORING_CQE_F_ flags.
    virtual void complete(int result, std::uint32_t flags) = 0;

protected:
    ~Completion() = default;
};

class Ring {
public:
    // error_io_uring_unavailable says why where there is no usable io_uring.
    [[nodiscard]] static Result<std::unique_ptr<Ring>> create();
    ~Ring();
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    // A free submission entry for `completion`, which must live until its last completion. Entries
    // that are linked must be taken in one go: make room first with reserve().
    [[nodiscard]] io_uring_sqe* prepare(Completion& completion);
    // Makes sure that `count` entries can be taken before the next submission.
    void reserve(unsigned count);
    // Hands prepared entries to the kernel now. Inside a callback it does nothing: turn() does it.
    void submit();

    // Submits, waits until something completes or the deadline passes, and calls the completions.
    // False: nothing had completed.
    [[nodiscard]] Result<bool> turn(std::chrono::steady_clock::time_point deadline);

    [[nodiscard]] io_uring& raw() { return *ring_; }

private:
    struct Collected {
        Completion* completion;
        int result;
        std::uint32_t flags;
    };

    explicit Ring(std::unique_ptr<io_uring> ring);
    void collect();

    std::unique_ptr<io_uring> ring_;
    std::vector<Collected> collected_;
    bool calling_ = false;
};

}  // namespace penstock::uring
