#include "uring/waker.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "base/assert.h"
#include "uring/poll_wait.h"

namespace penstock::uring {

Waker::Waker() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    PENSTOCK_ASSERT(fd_ >= 0);
}

Waker::~Waker() {
    close(fd_);
}

void Waker::wake() {
    if (woken_.exchange(true, std::memory_order_acq_rel)) return;
    const std::uint64_t one = 1;
    PENSTOCK_ASSERT(write(fd_, &one, sizeof one) == sizeof one);
}

bool Waker::sleep(std::chrono::milliseconds duration) const {
    pollfd wanted{fd_, POLLIN, 0};
    poll_until(&wanted, 1, std::chrono::steady_clock::now() + duration);
    return woken();
}

}  // namespace penstock::uring
