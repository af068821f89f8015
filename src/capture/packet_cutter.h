// PacketCutter: the packets of the MySQL protocol out of a stream of bytes.
//
// A packet is u24 length, u8 sequence number, payload; a length of 0xFFFFFF says that the next one
// continues it. Payloads are returned in place, in parts where they lie across the pieces fed or
// across packets; only a first part that would be too short to decide anything is put together.
// Pure, one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "capture/limits.h"
#include "capture/part.h"
#include "penstock/result.h"

namespace penstock::capture {

class PacketCutter {
public:
    // The next piece of the stream, borrowed until next() has answered nullopt, which must have
    // happened to the piece before.
    void feed(base::Bytes piece);
    // The next part of a payload, valid until the next call; nullopt: feed more. The stream is
    // useless after an error, error_bad_packet.
    [[nodiscard]] Result<std::optional<Part>> next();
    // A new command is sent: sequence numbers begin again.
    void restart_sequence() { sequence_ = 1; }
    // True while bytes of the piece are left.
    [[nodiscard]] bool has_bytes() const { return !piece_.empty(); }

private:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] Result<bool> take_header();
    [[nodiscard]] base::Bytes take(std::size_t size);
    [[nodiscard]] std::optional<Part> next_part();
    [[nodiscard]] Part deliver(base::Bytes bytes);
    void collect_head();

    base::Bytes piece_;
    std::array<std::uint8_t, header_bytes> header_{};
    std::size_t header_filled_ = 0;
    std::size_t rest_ = 0;    // bytes of the packet still to come
    bool continues_ = false;  // another packet goes on with this payload
    bool in_packet_ = false;
    bool begun_ = false;  // a part of the payload was returned
    std::size_t payload_bytes_ = 0;
    std::array<std::uint8_t, first_part_bytes_min> head_{};
    std::size_t head_filled_ = 0;
    std::uint8_t sequence_ = 1;  // of the next packet
};

}  // namespace penstock::capture
