// FORMAT_DESCRIPTION: the first event of a file, saying which server wrote it and how.
//
// Layout: u16 binlog version, 50 bytes of server version, u32 creation time, u8 header length,
// one post-header length per event type, and since 5.6.1 u8 checksum algorithm and 4 bytes of
// checksum, which are there even if the file has no checksums (then they are not looked at).
// Source: mysql-9.7 libs/mysql/binlog/event/control_events.cpp. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "binlog/checksum.h"
#include "binlog/event_header.h"

namespace penstock::binlog {

struct FormatDescription {
    std::uint16_t binlog_version = 4;
    std::string server_version;
    std::uint32_t created = 0;  // when the server started, if the file is its first; else 0
    ChecksumAlgorithm checksum = ChecksumAlgorithm::none;
    std::vector<std::uint8_t> post_header_bytes;  // of event type i + 1
    bool is_mariadb = false;
    bool in_use = false;  // the file is being written, or its server crashed

    [[nodiscard]] Flavour flavour() const { return is_mariadb ? Flavour::mariadb : Flavour::mysql; }
};

// Verifies the checksum, that the file is version 4, and that the events that are decoded here are
// laid out as they are known here; so other parsers need no FormatDescription. `offset` is where it
// starts, for errors.
[[nodiscard]] Result<FormatDescription> parse_format_description(Bytes whole_event,
                                                                 std::uint64_t offset = 4);

// A FORMAT_DESCRIPTION event for the first BINLOG statement of a connection: no checksums, the
// post-header lengths of MySQL 9.7 for its 42 event types.
[[nodiscard]] std::string make_format_description(std::string_view server_version);

}  // namespace penstock::binlog
