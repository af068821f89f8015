// The 19 bytes that every event of a version 4 binlog starts with.
//
// Source: mysql-9.7 libs/mysql/binlog/event/binlog_event.h. Pure, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "binlog/event_type.h"
#include "binlog/limits.h"
#include "penstock/result.h"

namespace penstock::binlog {

using base::Bytes;

struct EventHeader {
    std::uint32_t timestamp = 0;  // seconds since 1970, of the statement's start
    EventType type = EventType::unknown;
    std::uint32_t server_id = 0;
    std::uint32_t event_size = 0;  // header, body and checksum
    std::uint32_t log_pos = 0;     // where it ends in its file, modulo 4 GiB; 0: unsaid or made up
    std::uint16_t flags = 0;
};

inline constexpr std::size_t event_header_bytes = 19;
inline constexpr std::size_t event_type_offset = 4;
inline constexpr std::size_t event_size_offset = 9;
inline constexpr std::size_t event_position_offset = 13;
inline constexpr std::size_t event_flags_offset = 17;
inline constexpr std::array<std::uint8_t, 4> binlog_magic{0xFE, 'b', 'i', 'n'};

// The file is open, or its server crashed. In a FORMAT_DESCRIPTION event only; the event's
// checksum is that of the event without this flag.
inline constexpr std::uint16_t event_in_use_flag = 0x0001;
inline constexpr std::uint16_t event_thread_specific_flag = 0x0004;
inline constexpr std::uint16_t event_suppress_use_flag = 0x0008;
// Made up by the source's dump thread: it is not in the file.
inline constexpr std::uint16_t event_artificial_flag = 0x0020;
inline constexpr std::uint16_t event_relay_log_flag = 0x0040;
// A reader that does not know the type may pass the event over.
inline constexpr std::uint16_t event_ignorable_flag = 0x0080;
inline constexpr std::uint16_t event_no_filter_flag = 0x0100;
inline constexpr std::uint16_t event_mts_isolate_flag = 0x0200;

// The caller has seen that there are 19 bytes; nothing is checked.
[[nodiscard]] inline EventHeader load_event_header(const std::uint8_t* from) {
    EventHeader header;
    header.timestamp = base::load_le<std::uint32_t>(from);
    header.type = EventType{from[event_type_offset]};
    header.server_id = base::load_le<std::uint32_t>(from + 5);
    header.event_size = base::load_le<std::uint32_t>(from + event_size_offset);
    header.log_pos = base::load_le<std::uint32_t>(from + 13);
    header.flags = base::load_le<std::uint16_t>(from + event_flags_offset);
    return header;
}

// What an event_size can be.
[[nodiscard]] constexpr bool is_event_size(std::uint32_t bytes) {
    return bytes >= event_header_bytes && bytes <= event_bytes_max;
}

// Needs the first 19 bytes only. Refuses what is no event size, so that a caller may trust it for
// cutting.
[[nodiscard]] Result<EventHeader> parse_event_header(Bytes bytes);

}  // namespace penstock::binlog
