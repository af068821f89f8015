// PacketCutter: the packets of the MySQL protocol out of a stream of bytes.
//
// A packet is u24 length, u8 sequence number, payload; a length of 0xFFFFFF says that the next one
// continues it. A payload that lies whole in the piece fed is returned in place; one that does not,
// or that continues, is joined in a buffer of its own. Pure, one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::capture {

class PacketCutter {
public:
    // The next piece of the stream, borrowed until next() has answered nullopt, which must have
    // happened to the piece before.
    void feed(base::Bytes piece);
    // The next payload, valid until the next call; nullopt: feed more. The stream is useless after
    // an error, error_bad_packet.
    [[nodiscard]] Result<std::optional<base::Bytes>> next();
    // A new command is sent: sequence numbers begin again.
    void restart_sequence() { sequence_ = 1; }
    // True while bytes of the piece are left.
    [[nodiscard]] bool has_bytes() const { return !piece_.empty(); }

private:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] Result<bool> take_header();
    void release_joined();

    base::Bytes piece_;
    std::array<std::uint8_t, header_bytes> header_{};
    std::size_t header_filled_ = 0;
    std::size_t rest_ = 0;  // bytes of the packet's payload still to come
    bool in_payload_ = false;
    bool continues_ = false;  // the packet is of full length
    bool joining_ = false;    // joined_ has the payload's beginning
    bool delivered_ = false;  // joined_ was returned by the last call
    std::string joined_;
    std::uint8_t sequence_ = 1;  // of the next packet
};

}  // namespace penstock::capture
