#include "uring/ring.h"

#include <fmt/core.h>
#include <liburing.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "base/assert.h"
#include "uring/errors.h"

namespace penstock::uring {
namespace {

constexpr unsigned submission_entries = 64;
// Every provided buffer can be waiting as a completion at once, beside the other operations.
constexpr unsigned completion_entries = 512;

int io_uring_disabled_setting() {
    std::ifstream file("/proc/sys/kernel/io_uring_disabled");
    int value = 0;
    file >> value;
    return value;
}

Error explain_unavailable(int error_number) {
    std::string cause;
    std::string remedy;
    const int disabled = io_uring_disabled_setting();
    switch (error_number) {
        case EPERM:
        case EACCES:
            if (disabled != 0) {
                cause = fmt::format("sysctl kernel.io_uring_disabled is {}", disabled);
                remedy = "Set kernel.io_uring_disabled=0.";
            } else {
                cause = "the kernel does not permit it: a seccomp profile or a container's default";
                remedy = "Allow io_uring_setup, io_uring_enter and io_uring_register.";
            }
            break;
        case ENOSYS:
            cause = "the kernel has no io_uring, or a seccomp profile hides it";
            remedy = "Use Linux 6.0 or newer and allow io_uring_setup.";
            break;
        case EINVAL:
            cause = "the kernel's io_uring is too old: multishot receive needs Linux 6.0";
            remedy = "Use Linux 6.0 or newer.";
            break;
        case ENOMEM:
            cause = "locked memory is exhausted (RLIMIT_MEMLOCK)";
            remedy = "Raise LimitMEMLOCK.";
            break;
        default:
            break;
    }
    Error error = system_error(ErrorKind::refused, error_io_uring_unavailable,
                               "io_uring can't be used", error_number);
    if (!cause.empty()) error.text += "; " + cause;
    error.remedy = remedy;
    return error;
}

// Both flags came with multishot receive or after it, so a kernel that knows neither is too old.
int init_with_best_flags(io_uring& ring) {
    constexpr unsigned choices[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
                                    IORING_SETUP_SINGLE_ISSUER};
    int outcome = 0;
    for (const unsigned flags : choices) {
        io_uring_params params{};
        params.flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
        params.cq_entries = completion_entries;
        outcome = io_uring_queue_init_params(submission_entries, &ring, &params);
        if (outcome != -EINVAL) break;
    }
    return outcome;
}

}  // namespace

Result<std::unique_ptr<Ring>> Ring::create() {
    auto ring = std::make_unique<io_uring>();
    const int outcome = init_with_best_flags(*ring);
    if (outcome < 0) return tl::unexpected<Error>(explain_unavailable(-outcome));
    return std::unique_ptr<Ring>(new Ring(std::move(ring)));
}

Ring::Ring(std::unique_ptr<io_uring> ring) : ring_(std::move(ring)) {
    collected_.reserve(completion_entries);
}

Ring::~Ring() {
    io_uring_queue_exit(ring_.get());
}

io_uring_sqe* Ring::prepare(Completion& completion) {
    reserve(1);
    io_uring_sqe* const entry = io_uring_get_sqe(ring_.get());
    PENSTOCK_ASSERT(entry != nullptr);
    io_uring_sqe_set_data(entry, &completion);
    return entry;
}

void Ring::reserve(unsigned count) {
    PENSTOCK_ASSERT(count <= submission_entries);
    if (io_uring_sq_space_left(ring_.get()) >= count) return;
    // The completion queue is not being walked here, even inside a callback.
    io_uring_submit(ring_.get());
}

void Ring::submit() {
    if (!calling_) io_uring_submit(ring_.get());
}

Result<bool> Ring::turn(std::chrono::steady_clock::time_point deadline) {
    PENSTOCK_ASSERT(!calling_);
    const auto left = std::max<std::chrono::nanoseconds>(
        deadline - std::chrono::steady_clock::now(), std::chrono::nanoseconds{0});
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    __kernel_timespec wait{seconds.count(), (left - seconds).count()};
    io_uring_cqe* first = nullptr;
    const int outcome = io_uring_submit_and_wait_timeout(ring_.get(), &first, 1, &wait, nullptr);
    const bool harmless =
        outcome == -ETIME || outcome == -EINTR || outcome == -EAGAIN || outcome == -EBUSY;
    if (outcome < 0 && !harmless) {
        return tl::unexpected<Error>(
            system_error(ErrorKind::transient, error_ring, "io_uring_enter", -outcome));
    }
    collect();
    if (collected_.empty()) return false;
    calling_ = true;
    for (const Collected& each : collected_) each.completion->complete(each.result, each.flags);
    calling_ = false;
    submit();
    return true;
}

void Ring::collect() {
    collected_.clear();
    unsigned head = 0;
    unsigned count = 0;
    io_uring_cqe* entry = nullptr;
    io_uring_for_each_cqe(ring_.get(), head, entry) {
        ++count;
        auto* const completion = static_cast<Completion*>(io_uring_cqe_get_data(entry));
        if (completion != nullptr) collected_.push_back({completion, entry->res, entry->flags});
    }
    io_uring_cq_advance(ring_.get(), count);
}

}  // namespace penstock::uring
