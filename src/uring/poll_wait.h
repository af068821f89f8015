// poll(2) until a deadline of the steady clock, interrupted system calls repeated. Any thread.
#pragma once

#include <poll.h>

#include <chrono>

namespace penstock::uring {

// The number of ready descriptors, 0 at the deadline.
int poll_until(pollfd* wanted, nfds_t count, std::chrono::steady_clock::time_point deadline);

}  // namespace penstock::uring
