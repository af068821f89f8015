#include "capture/packet_source.h"

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

#include "uring/errors.h"
#include "uring/poll_wait.h"

namespace penstock::capture {
namespace {

constexpr std::chrono::seconds send_patience{30};

Result<void> send_all(int socket, base::Bytes bytes) {
    const auto deadline = std::chrono::steady_clock::now() + send_patience;
    while (!bytes.empty()) {
        const ssize_t size =
            ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(size));
            continue;
        }
        const bool full = errno == EAGAIN || errno == EWOULDBLOCK;
        pollfd writable{socket, POLLOUT, 0};
        if (errno == EINTR || (full && uring::poll_until(&writable, 1, deadline) > 0)) continue;
        return tl::unexpected<Error>(uring::system_error(
            ErrorKind::transient, uring::error_socket, "send a command", full ? ETIMEDOUT : errno));
    }
    return {};
}

}  // namespace

SocketPackets::SocketPackets(std::unique_ptr<uring::ByteStream> stream, int socket)
    : stream_(std::move(stream)), socket_(socket) {}

Result<ReceivedPacket> SocketPackets::next(std::chrono::milliseconds timeout) {
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<Part> payload, cutter_.next());
        if (payload) return ReceivedPacket{uring::ReceiveOutcome::bytes, *payload};
        PENSTOCK_ASSIGN(const uring::Received received, stream_->receive(timeout));
        if (received.outcome != uring::ReceiveOutcome::bytes) {
            return ReceivedPacket{received.outcome};
        }
        cutter_.feed(received.bytes);
    }
}

bool SocketPackets::has_more() const {
    return cutter_.has_bytes() || stream_->has_more();
}

Result<void> SocketPackets::send(base::Bytes command) {
    std::string packet;
    base::ByteWriter(packet).le(command.size(), 3).le(0, 1).bytes(command);
    cutter_.restart_sequence();
    return send_all(socket_, base::as_bytes(packet));
}

LibraryPackets::LibraryPackets(const mysql::Connection& connection, const uring::Waker& waker)
    : packets_(connection), socket_(connection.socket()), waker_(waker) {}

Result<ReceivedPacket> LibraryPackets::next(std::chrono::milliseconds) {
    if (waker_.woken()) return ReceivedPacket{uring::ReceiveOutcome::woken};
    PENSTOCK_ASSIGN(const base::Bytes payload, packets_.next());
    return ReceivedPacket{uring::ReceiveOutcome::bytes, {payload}};
}

// What the library holds decrypted can't be seen; what waits on the socket can.
bool LibraryPackets::has_more() const {
    pollfd readable{socket_, POLLIN, 0};
    return poll(&readable, 1, 0) > 0;
}

Result<void> LibraryPackets::send(base::Bytes command) {
    return packets_.send(command);
}

}  // namespace penstock::capture
