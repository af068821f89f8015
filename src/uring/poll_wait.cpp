#include "uring/poll_wait.h"

#include <algorithm>
#include <cerrno>

#include "base/assert.h"

namespace penstock::uring {

int poll_until(pollfd* wanted, nfds_t count, std::chrono::steady_clock::time_point deadline) {
    constexpr std::chrono::milliseconds wait_max{3'600'000};  // poll takes an int
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        const auto wait = std::clamp(left, std::chrono::milliseconds{0}, wait_max);
        const int ready = poll(wanted, count, static_cast<int>(wait.count()));
        if (ready > 0) return ready;
        PENSTOCK_ASSERT(ready == 0 || errno == EINTR || errno == ENOMEM);
        if (left <= std::chrono::milliseconds{0}) return 0;
    }
}

}  // namespace penstock::uring
