#include "uring/poll_backend.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "uring/errors.h"
#include "uring/poll_wait.h"

namespace penstock::uring {
namespace {

constexpr std::size_t receive_bytes = 1024 * 1024;

}  // namespace

PollStream::PollStream(const Waker& waker, int socket)
    : waker_(waker), socket_(socket), buffer_(receive_bytes) {}

Result<Received> PollStream::receive(std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        if (waker_.woken()) return Received{ReceiveOutcome::woken, {}};
        const ssize_t size = recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (size > 0) {
            return Received{ReceiveOutcome::bytes,
                            base::Bytes{buffer_.data(), static_cast<std::size_t>(size)}};
        }
        if (size == 0) return Received{ReceiveOutcome::end, {}};
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            return tl::unexpected<Error>(
                system_error(ErrorKind::transient, error_socket, "receive", errno));
        }
        pollfd wanted[] = {{socket_, POLLIN, 0}, {waker_.fd(), POLLIN, 0}};
        if (poll_until(wanted, 2, deadline) == 0) return Received{ReceiveOutcome::timeout, {}};
    }
}

BlockingFileStream::BlockingFileStream(const Waker& waker, int file, std::uint64_t offset)
    : waker_(waker), file_(file), offset_(offset), buffer_(receive_bytes) {
    posix_fadvise(file_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

Result<Received> BlockingFileStream::receive(std::chrono::milliseconds) {
    while (true) {
        if (waker_.woken()) return Received{ReceiveOutcome::woken, {}};
        const ssize_t size =
            pread(file_, buffer_.data(), buffer_.size(), static_cast<off_t>(offset_));
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) {
            return tl::unexpected<Error>(
                system_error(ErrorKind::transient, error_file_read, "read", errno));
        }
        at_end_ = size == 0;
        if (at_end_) return Received{ReceiveOutcome::end, {}};
        offset_ += static_cast<std::uint64_t>(size);
        return Received{ReceiveOutcome::bytes,
                        base::Bytes{buffer_.data(), static_cast<std::size_t>(size)}};
    }
}

void BlockingFileWriter::start(int fd, std::uint64_t offset, base::Bytes bytes, Done done) {
    while (!bytes.empty()) {
        const ssize_t size = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) {
            const int number = size == 0 ? ENOSPC : errno;
            return done(tl::unexpected<Error>(
                system_error(ErrorKind::transient, write_error(number), "write", number)));
        }
        bytes = bytes.subspan(static_cast<std::size_t>(size));
        offset += static_cast<std::uint64_t>(size);
    }
    if (fdatasync(fd) != 0) {
        return done(tl::unexpected<Error>(
            system_error(ErrorKind::transient, write_error(errno), "fdatasync", errno)));
    }
    done({});
}

}  // namespace penstock::uring
