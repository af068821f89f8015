// ByteStream: the receiving side of a connected stream socket, with a limit on waiting; or a file,
// read ahead, from an offset on.
//
// One thread, that of its back end. The bytes returned are borrowed until the next call. The
// socket or file belongs to the caller and must outlive the stream. A file may grow: after `end`
// the next call looks again.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::uring {

enum class ReceiveOutcome : std::uint8_t {
    bytes,
    end,      // the peer has closed its side; of a file, its end as it is now
    timeout,  // nothing came in time
    woken,    // the back end's Waker was woken
};

struct Received {
    ReceiveOutcome outcome;
    base::Bytes bytes;
};

class ByteStream {
public:
    virtual ~ByteStream() = default;
    // Waits for bytes. A broken connection is a transient error_socket.
    [[nodiscard]] virtual Result<Received> receive(std::chrono::milliseconds timeout) = 0;
    // True if receive() would return bytes without asking the kernel: more of the same burst.
    [[nodiscard]] virtual bool has_more() const = 0;
};

}  // namespace penstock::uring
