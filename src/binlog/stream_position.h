// StreamPosition: where in the source's file each event of a stream ends, in 64 bits.
//
// A header says it modulo 4 GiB, and not always (may_lack_position). So the position is counted,
// and the header's, where it has one, moves it over what the source left out (a dump that starts at
// a GTID, filtered events). Pure, one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binlog/event_header.h"

namespace penstock::binlog {

// Whether an event of that type may have no position, 0, though it is in a file. From 11.4 on
// MariaDB writes events with their checksums into a session's cache, where the position is not
// known yet, and copies that to the file as it is, unless binlog_legacy_event_pos=ON, or the file
// is encrypted or has another checksum algorithm. The events before and after the cache have their
// positions, and so have all that are written without one; among these are QUERY events, too.
// Source: MariaDB 11.8 sql/log_event_server.cc (Log_event::write_header and the constructors that
// set EVENT_NO_CACHE), sql/log.cc (Event_log::write_cache).
[[nodiscard]] bool may_lack_position(EventType type, Flavour flavour);

// Whether the header's position agrees with an end that is known.
[[nodiscard]] bool ends_at(const EventHeader& header, Flavour flavour, std::uint64_t end);

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
