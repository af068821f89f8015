// What the fuzz targets share. A target is a function of bytes that must neither crash nor, where
// it states a property, break it; the input is its own copy of exactly its size, so that a
// sanitizer sees every read outside of it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "binlog/event_view.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace penstock::binlog::fuzz {

// An event without checksum around a body.
class Event {
public:
    Event(EventType type, Bytes body) : bytes_(event_header_bytes + body.size()) {
        bytes_[event_type_offset] = static_cast<std::uint8_t>(type);
        base::store_le(&bytes_[event_size_offset], bytes_.size(), 4);
        std::copy(body.begin(), body.end(), bytes_.begin() + event_header_bytes);
    }

    [[nodiscard]] EventView view() const {
        return view_event(bytes_, ChecksumAlgorithm::none).value();
    }

private:
    std::vector<std::uint8_t> bytes_;
};

// Takes the first byte off `input`; 0 if there is none.
[[nodiscard]] inline std::uint8_t take_byte(Bytes& input) {
    if (input.empty()) return 0;
    const std::uint8_t first = input[0];
    input = input.subspan(1);
    return first;
}

// Takes a piece with 2 bytes of length in front off `input`; what there is, if it is too short.
[[nodiscard]] inline Bytes take_piece(Bytes& input) {
    const std::size_t low = take_byte(input);
    const std::size_t bytes = std::min(input.size(), low | std::size_t{take_byte(input)} << 8);
    const Bytes piece = input.first(std::min(bytes, input.size()));
    input = input.subspan(piece.size());
    return piece;
}

}  // namespace penstock::binlog::fuzz
