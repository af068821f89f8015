// The poll back end: the same interfaces without io_uring, for kernels and containers that do
// not permit it.
#pragma once

#include <cstdint>
#include <vector>

#include "uring/byte_stream.h"
#include "uring/file_writer.h"
#include "uring/waker.h"

namespace penstock::uring {

class PollStream final : public ByteStream {
public:
    PollStream(const Waker& waker, int socket);
    [[nodiscard]] Result<Received> receive(std::chrono::milliseconds timeout) override;
    [[nodiscard]] bool has_more() const override { return false; }

private:
    const Waker& waker_;
    const int socket_;
    std::vector<std::uint8_t> buffer_;
};

// A file read piece by piece; the kernel is told to read ahead.
class BlockingFileStream final : public ByteStream {
public:
    BlockingFileStream(const Waker& waker, int file, std::uint64_t offset);
    [[nodiscard]] Result<Received> receive(std::chrono::milliseconds timeout) override;
    [[nodiscard]] bool has_more() const override { return !at_end_; }

private:
    const Waker& waker_;
    const int file_;
    std::uint64_t offset_;
    bool at_end_ = false;
    std::vector<std::uint8_t> buffer_;
};

// Writes and syncs before start() returns.
class BlockingFileWriter final : public FileWriter {
public:
    void start(int fd, std::uint64_t offset, base::Bytes bytes, Done done) override;
    [[nodiscard]] bool busy() const override { return false; }
    [[nodiscard]] Result<void> wait() override { return {}; }
};

}  // namespace penstock::uring
