#include "uring/receiver.h"

#include <liburing.h>
#include <poll.h>

#include <cerrno>

#include "base/assert.h"
#include "uring/errors.h"

namespace penstock::uring {
namespace {

constexpr std::chrono::seconds cancel_patience{10};

}  // namespace

Receiver::Receiver(Ring& ring, BufferRing& buffers, const Waker& waker, int socket)
    : ring_(ring), buffers_(buffers), waker_(waker), socket_(socket) {}

// The kernel must have let go of this object and its buffers before they vanish.
Receiver::~Receiver() {
    for (Completion* pending : {static_cast<Completion*>(this), static_cast<Completion*>(&wake_)}) {
        const bool is_pending = pending == &wake_ ? wake_.pending : armed_;
        if (!is_pending) continue;
        ring_.reserve(1);
        io_uring_sqe* const entry = io_uring_get_sqe(&ring_.raw());
        io_uring_prep_cancel(entry, pending, 0);
        io_uring_sqe_set_data(entry, nullptr);
    }
    const auto deadline = std::chrono::steady_clock::now() + cancel_patience;
    while (armed_ || wake_.pending) {
        PENSTOCK_ASSERT(std::chrono::steady_clock::now() < deadline);
        static_cast<void>(ring_.turn(deadline));
    }
    give_back_current();
    for (; ready_count_ > 0; --ready_count_) {
        buffers_.give_back(ready_[ready_first_].buffer);
        ready_first_ = (ready_first_ + 1) % ready_.size();
    }
}

Result<Received> Receiver::receive(std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    give_back_current();
    while (true) {
        if (waker_.woken()) return Received{ReceiveOutcome::woken, {}};
        if (ready_count_ > 0) {
            const Ready next = ready_[ready_first_];
            ready_first_ = (ready_first_ + 1) % ready_.size();
            --ready_count_;
            current_ = next.buffer;
            return Received{ReceiveOutcome::bytes, buffers_.view(next.buffer, next.size)};
        }
        if (ended_) return Received{ReceiveOutcome::end, {}};
        if (error_number_ != 0) {
            return tl::unexpected<Error>(
                system_error(ErrorKind::transient, error_socket, "receive", error_number_));
        }
        if (!armed_) arm();
        if (!wake_.pending) watch_waker();
        PENSTOCK_ASSIGN(const bool progress, ring_.turn(deadline));
        if (!progress && std::chrono::steady_clock::now() >= deadline) {
            return Received{ReceiveOutcome::timeout, {}};
        }
    }
}

void Receiver::complete(int result, std::uint32_t flags) {
    if ((flags & IORING_CQE_F_MORE) == 0) armed_ = false;
    if ((flags & IORING_CQE_F_BUFFER) != 0) {
        const unsigned buffer = flags >> IORING_CQE_BUFFER_SHIFT;
        if (result > 0) {
            PENSTOCK_ASSERT(ready_count_ < ready_.size());
            ready_[(ready_first_ + ready_count_) % ready_.size()] = {
                buffer, static_cast<std::size_t>(result)};
            ++ready_count_;
            return;
        }
        buffers_.give_back(buffer);
    }
    if (result == 0) ended_ = true;
    // Out of buffers, interrupted, or cancelled by our own destructor: not the connection's fault.
    const bool harmless =
        result == -ENOBUFS || result == -EINTR || result == -EAGAIN || result == -ECANCELED;
    if (result < 0 && !harmless) error_number_ = -result;
}

void Receiver::give_back_current() {
    if (current_) buffers_.give_back(*current_);
    current_.reset();
}

void Receiver::arm() {
    io_uring_sqe* const entry = ring_.prepare(*this);
    io_uring_prep_recv_multishot(entry, socket_, nullptr, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = BufferRing::group();
    armed_ = true;
}

void Receiver::watch_waker() {
    io_uring_sqe* const entry = ring_.prepare(wake_);
    io_uring_prep_poll_add(entry, waker_.fd(), POLLIN);
    wake_.pending = true;
}

}  // namespace penstock::uring
