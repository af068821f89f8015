// PacketSource: the packets that a source sends after a binlog dump was asked for.
//
// One thread. A part of a payload is valid until the next call.
#pragma once

#include <chrono>
#include <memory>

#include "base/bytes.h"
#include "capture/packet_cutter.h"
#include "mysql/connection.h"
#include "mysql/raw_packets.h"
#include "penstock/result.h"
#include "uring/byte_stream.h"
#include "uring/waker.h"

namespace penstock::capture {

struct ReceivedPacket {
    uring::ReceiveOutcome outcome;
    Part payload = {};  // where the outcome is bytes
};

class PacketSource {
public:
    virtual ~PacketSource() = default;
    [[nodiscard]] virtual Result<ReceivedPacket> next(std::chrono::milliseconds timeout) = 0;
    // True if more of the same burst is at hand: a good time to go on before flushing.
    [[nodiscard]] virtual bool has_more() const = 0;
    // Sends a command; the answer comes from next().
    [[nodiscard]] virtual Result<void> send(base::Bytes command) = 0;
};

// Over a plain socket, which must outlive it.
class SocketPackets final : public PacketSource {
public:
    SocketPackets(std::unique_ptr<uring::ByteStream> stream, int socket);
    [[nodiscard]] Result<ReceivedPacket> next(std::chrono::milliseconds timeout) override;
    [[nodiscard]] bool has_more() const override;
    [[nodiscard]] Result<void> send(base::Bytes command) override;

private:
    std::unique_ptr<uring::ByteStream> stream_;
    const int socket_;
    PacketCutter cutter_;
};

// Through the client library, for sessions whose socket carries TLS. It waits inside the library,
// for as long as the session's network timeout whatever next() is given, and looks at the Waker
// between packets: the source's heartbeats bound how long a stop takes.
class LibraryPackets final : public PacketSource {
public:
    LibraryPackets(const mysql::Connection& connection, const uring::Waker& waker);
    [[nodiscard]] Result<ReceivedPacket> next(std::chrono::milliseconds timeout) override;
    [[nodiscard]] bool has_more() const override;
    [[nodiscard]] Result<void> send(base::Bytes command) override;

private:
    mysql::RawPackets packets_;
    const int socket_;
    const uring::Waker& waker_;
};

}  // namespace penstock::capture
