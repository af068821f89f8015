// StreamPosition: where in the source's file each event of a stream ends, in 64 bits.
//
// A header says it modulo 4 GiB, and not always: MariaDB 11.4 and later write 0 into the events
// that went through a transaction's cache. So the position is counted, and the header's, where it
// has one, moves it over what the source left out (a dump that starts at a GTID, filtered events).
// Pure, one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binlog/event_header.h"

namespace penstock::binlog {

// Whether the header's position agrees with an end that is known.
[[nodiscard]] constexpr bool ends_at(const EventHeader& header, std::uint64_t end) {
    return header.log_pos == 0 || header.log_pos == static_cast<std::uint32_t>(end);
}

class StreamPosition {
public:
    StreamPosition() = default;
    StreamPosition(std::string file, std::uint64_t offset)
        : file_(std::move(file)), offset_(offset) {}

    // A ROTATE event, made up or real, tells file and offset in full.
    void rotate(std::string_view file, std::uint64_t offset);
    // Every other event of the stream. What the source made up leaves the position.
    void advance(const EventHeader& header);

    [[nodiscard]] const std::string& file() const { return file_; }
    // Where the next event starts.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }

private:
    std::string file_;
    std::uint64_t offset_ = 4;
};

}  // namespace penstock::binlog
