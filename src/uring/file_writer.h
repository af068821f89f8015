// FileWriter: writes a block at an offset and makes it durable, one block at a time.
//
// One thread, that of its back end. Over io_uring the block is on its way while the caller goes on,
// and `done` is called later on the same thread: inside wait(), or inside ByteStream::receive() of
// the same back end. The blocking writer calls it before start() returns.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::uring {

class FileWriter {
public:
    using Done = std::function<void(const Result<void>&)>;

    virtual ~FileWriter() = default;
    // Writes all of `bytes` at `offset`, then fdatasync. Not while busy(). `bytes` and `fd` must
    // stay until `done` was called; `done` may start the next block.
    virtual void start(int fd, std::uint64_t offset, base::Bytes bytes, Done done) = 0;
    [[nodiscard]] virtual bool busy() const = 0;
    // Until the block that is on its way now is done, even if `done` has started another one. An
    // error is the ring's own; the block's outcome goes to `done`.
    [[nodiscard]] virtual Result<void> wait() = 0;

    // Where most blocks will lie, for the kernel to prepare once instead of for each block. It must
    // stay until forget_memory(), and the FileWriter must not be busy then. One memory at a time.
    virtual void use_memory(base::Bytes memory) { static_cast<void>(memory); }
    virtual void forget_memory() {}
};

}  // namespace penstock::uring
