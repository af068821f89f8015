// Binlog events made for tests: sound ones, with checksums, each ending where its header says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "binlog/checksum.h"
#include "binlog/event_header.h"
#include "binlog/format_description.h"

namespace penstock::testing_events {

inline void seal(std::string& event) {
    auto* const bytes = reinterpret_cast<std::uint8_t*>(event.data());
    const std::size_t body_end = event.size() - binlog::checksum_bytes;
    base::store_le(bytes + body_end, binlog::crc32({bytes, body_end}), binlog::checksum_bytes);
}

// `end` is what the header says about where the event ends; 0 for a made-up event.
inline std::string make_event(binlog::EventType type, std::string_view body, std::uint64_t end,
                              std::uint16_t flags = 0, std::uint32_t timestamp = 1'700'000'000) {
    const std::size_t size = binlog::event_header_bytes + body.size() + binlog::checksum_bytes;
    std::string event;
    base::ByteWriter(event)
        .le(timestamp, 4)
        .le(static_cast<std::uint8_t>(type), 1)
        .le(1, 4)
        .le(size, 4)
        .le(end, 4)
        .le(flags, 2)
        .text(body)
        .le(0, binlog::checksum_bytes);
    seal(event);
    return event;
}

// An event of `type` that begins at `start`.
inline std::string event_at(std::uint64_t start, binlog::EventType type, std::string_view body) {
    return make_event(type, body,
                      start + binlog::event_header_bytes + body.size() + binlog::checksum_bytes);
}

// An event of `type` whose header doesn't say where it ends, as MariaDB writes them since 11.4.
inline std::string event_without_position(binlog::EventType type, std::string_view body) {
    return make_event(type, body, 0);
}

// The first event of a file with checksums. `made_up`: as sent when a dump begins inside a file.
inline std::string format_event(bool made_up = false, std::uint32_t timestamp = 1'700'000'000,
                                std::string_view version = "9.7.0") {
    std::string event = binlog::make_format_description(version);
    auto* const bytes = reinterpret_cast<std::uint8_t*>(event.data());
    base::store_le(bytes, timestamp, 4);
    base::store_le(bytes + 13, made_up ? 0 : binlog::binlog_magic.size() + event.size(), 4);
    bytes[event.size() - binlog::checksum_bytes - 1] =
        static_cast<std::uint8_t>(binlog::ChecksumAlgorithm::crc32);
    seal(event);
    return event;
}

inline std::string mariadb_format_event(bool made_up = false) {
    return format_event(made_up, 1'700'000'000, "11.8.6-MariaDB-log");
}

// The announcement that the source makes up before a file.
inline std::string announcement(std::string_view file, std::uint64_t position) {
    std::string body;
    base::ByteWriter(body).le(position, 8).text(file);
    return make_event(binlog::EventType::rotate, body, 0, binlog::event_artificial_flag, 0);
}

}  // namespace penstock::testing_events
