#include "uring/backend.h"

#include <fcntl.h>

#include <utility>

#include "uring/buffer_ring.h"
#include "uring/file_read_ahead.h"
#include "uring/poll_backend.h"
#include "uring/receiver.h"
#include "uring/ring.h"
#include "uring/ring_file_writer.h"

namespace penstock::uring {
namespace {

class RingBackend final : public Backend {
public:
    RingBackend(const Waker& waker, std::unique_ptr<Ring> ring, std::unique_ptr<BufferRing> buffers)
        : waker_(waker), ring_(std::move(ring)), buffers_(std::move(buffers)), writer_(*ring_) {}

    [[nodiscard]] std::string describe() const override { return "io_uring"; }
    [[nodiscard]] std::unique_ptr<ByteStream> stream(int socket) override {
        // io_uring answers EAGAIN at once on a socket that is marked non-blocking.
        const int flags = fcntl(socket, F_GETFL);
        if (flags >= 0) fcntl(socket, F_SETFL, flags & ~O_NONBLOCK);
        return std::make_unique<Receiver>(*ring_, *buffers_, waker_, socket);
    }
    [[nodiscard]] std::unique_ptr<ByteStream> file_stream(int file, std::uint64_t offset) override {
        return std::make_unique<FileReadAhead>(*ring_, waker_, file, offset);
    }
    [[nodiscard]] FileWriter& file_writer() override { return writer_; }

private:
    const Waker& waker_;
    std::unique_ptr<Ring> ring_;
    std::unique_ptr<BufferRing> buffers_;
    RingFileWriter writer_;
};

class PollBackend final : public Backend {
public:
    PollBackend(const Waker& waker, std::string reason)
        : waker_(waker), reason_(std::move(reason)) {}

    [[nodiscard]] std::string describe() const override { return "poll (" + reason_ + ")"; }
    [[nodiscard]] std::unique_ptr<ByteStream> stream(int socket) override {
        return std::make_unique<PollStream>(waker_, socket);
    }
    [[nodiscard]] std::unique_ptr<ByteStream> file_stream(int file, std::uint64_t offset) override {
        return std::make_unique<BlockingFileStream>(waker_, file, offset);
    }
    [[nodiscard]] FileWriter& file_writer() override { return writer_; }

private:
    const Waker& waker_;
    const std::string reason_;
    BlockingFileWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Backend>> Backend::create_io_uring(const Waker& waker) {
    PENSTOCK_ASSIGN(auto ring, Ring::create());
    PENSTOCK_ASSIGN(auto buffers, BufferRing::create(*ring));
    return std::make_unique<RingBackend>(waker, std::move(ring), std::move(buffers));
}

std::unique_ptr<Backend> Backend::create_poll(const Waker& waker, const std::string& reason) {
    return std::make_unique<PollBackend>(waker, reason);
}

std::unique_ptr<Backend> Backend::create(const Waker& waker) {
    auto backend = create_io_uring(waker);
    if (backend) return std::move(*backend);
    return create_poll(waker, backend.error().text);
}

}  // namespace penstock::uring
