// Backend: the I/O of one thread: io_uring where the kernel permits it, else poll.
//
// Create it on the thread that uses it. The Waker and all streams' sockets are the caller's; the
// Waker must outlive the Backend, and the Backend its streams.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "penstock/result.h"
#include "uring/byte_stream.h"
#include "uring/file_writer.h"
#include "uring/waker.h"

namespace penstock::uring {

class Backend {
public:
    // io_uring, or poll when there is none: describe() then says why.
    [[nodiscard]] static std::unique_ptr<Backend> create(const Waker& waker);
    [[nodiscard]] static Result<std::unique_ptr<Backend>> create_io_uring(const Waker& waker);
    [[nodiscard]] static std::unique_ptr<Backend> create_poll(const Waker& waker,
                                                              const std::string& reason);

    virtual ~Backend() = default;
    // "io_uring" or "poll (why)".
    [[nodiscard]] virtual std::string describe() const = 0;
    // At most one stream at a time. Makes the socket blocking.
    [[nodiscard]] virtual std::unique_ptr<ByteStream> stream(int socket) = 0;
    [[nodiscard]] virtual std::unique_ptr<ByteStream> file_stream(int file,
                                                                  std::uint64_t offset) = 0;
    [[nodiscard]] virtual FileWriter& file_writer() = 0;
};

}  // namespace penstock::uring
