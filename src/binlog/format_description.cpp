#include "binlog/format_description.h"

#include <fmt/core.h>
#include <algorithm>
#include <array>

#include "binlog/errors.h"
#include "binlog/event_view.h"

namespace penstock::binlog {

namespace {

constexpr std::size_t server_version_bytes = 50;
constexpr std::size_t fixed_bytes = 2 + server_version_bytes + 4 + 1;

// mysql-9.7 control_events.cpp, server_event_header_length. The 40 of TRANSACTION_PAYLOAD is the
// server's own slip (the type's number); it is kept because servers send it.
constexpr std::array<std::uint8_t, mysql_event_types> post_header_bytes_97{
    0, 13, 0, 8, 0, 0, 0, 0, 4,  0,  4,  0,  0,  0, 99, 0,  4, 26, 8,  0, 0,
    0, 0,  0, 0, 2, 0, 0, 0, 10, 10, 10, 42, 42, 0, 18, 52, 0, 10, 40, 0, 0};

using Version = std::array<unsigned, 3>;
constexpr Version first_with_version_4{5, 0, 0};
constexpr Version first_with_checksums{5, 6, 1};

// The first three numbers, which decide about the layout because the format says so: this is not
// about features.
Version parse_version(std::string_view version) {
    Version parts{};
    std::size_t part = 0;
    for (const char c : version) {
        if (c >= '0' && c <= '9') {
            parts[part] = parts[part] * 10 + static_cast<unsigned>(c - '0');
            parts[part] = std::min(parts[part], 9999U);
        } else if (c == '.' && part + 1 < parts.size()) {
            ++part;
        } else {
            break;
        }
    }
    return parts;
}

std::uint8_t declared(const FormatDescription& format, EventType type) {
    const auto index = static_cast<std::size_t>(type) - 1;
    return index < format.post_header_bytes.size() ? format.post_header_bytes[index] : 0;
}

tl::unexpected<Error> unsupported_format(const EventView& event, std::string_view reason) {
    auto error = unsupported(event, reason, "use a source of MySQL 5.7 or later");
    error.value().code = error_unsupported_format;
    return error;
}

Result<void> check_layouts(const EventView& event, const FormatDescription& format) {
    struct Known {
        EventType type;
        std::uint8_t bytes;
        bool may_be_absent;
    };
    static constexpr std::array<Known, 29> known{{
        {EventType::query, 13, false},
        {EventType::rotate, 8, false},
        {EventType::table_map, 8, true},
        {EventType::write_rows_v1, 8, true},
        {EventType::update_rows_v1, 8, true},
        {EventType::delete_rows_v1, 8, true},
        {EventType::write_rows, 10, true},
        {EventType::update_rows, 10, true},
        {EventType::delete_rows, 10, true},
        {EventType::partial_update_rows, 10, true},
        {EventType::xid, 0, true},
        {EventType::previous_gtids, 0, true},
        {EventType::append_block, 4, true},
        {EventType::delete_file, 4, true},
        {EventType::begin_load_query, 4, true},
        {EventType::execute_load_query, 26, true},
        {EventType::incident, 2, true},
        {EventType::mariadb_annotate_rows, 0, true},
        {EventType::mariadb_binlog_checkpoint, 4, true},
        {EventType::mariadb_gtid, 19, true},
        {EventType::mariadb_gtid_list, 4, true},
        {EventType::mariadb_start_encryption, 0, true},
        {EventType::mariadb_query_compressed, 13, true},
        {EventType::mariadb_write_rows_compressed_v1, 8, true},
        {EventType::mariadb_update_rows_compressed_v1, 8, true},
        {EventType::mariadb_delete_rows_compressed_v1, 8, true},
        {EventType::mariadb_write_rows_compressed, 10, true},
        {EventType::mariadb_update_rows_compressed, 10, true},
        {EventType::mariadb_delete_rows_compressed, 10, true},
    }};
    for (const Known& layout : known) {
        if (is_mariadb(layout.type) && !format.is_mariadb) continue;
        const std::uint8_t bytes = declared(format, layout.type);
        if (bytes == layout.bytes || (bytes == 0 && layout.may_be_absent)) continue;
        return unsupported_format(
            event, fmt::format("written by {}, whose {} events have a post-header of {} bytes "
                               "instead of {}",
                               format.server_version, to_string(layout.type), bytes, layout.bytes));
    }
    return {};
}

Result<void> parse_tail(const EventView& event, base::ByteReader& reader,
                        FormatDescription& format) {
    std::size_t lengths = reader.remaining();
    const bool has_checksum = parse_version(format.server_version) >= first_with_checksums;
    if (has_checksum) {
        if (lengths < 1 + checksum_bytes) return malformed(event, "no room for the checksum");
        lengths -= 1 + checksum_bytes;
    }
    const Bytes post_headers = reader.view(lengths);
    format.post_header_bytes.assign(post_headers.begin(), post_headers.end());
    if (!has_checksum) return {};
    const std::uint8_t algorithm = reader.u8();
    if (algorithm > static_cast<std::uint8_t>(ChecksumAlgorithm::crc32)) {
        return malformed(event, fmt::format("unknown checksum algorithm {}", algorithm));
    }
    format.checksum = ChecksumAlgorithm{algorithm};
    // A dump thread that begins inside of a file changes this event, and mends the checksum only
    // where the file has checksums.
    if (format.checksum == ChecksumAlgorithm::crc32) {
        PENSTOCK_TRY(view_event(event.whole, ChecksumAlgorithm::crc32, event.offset));
    }
    return {};
}

}  // namespace

Result<FormatDescription> parse_format_description(Bytes whole_event, std::uint64_t offset) {
    PENSTOCK_ASSIGN(const EventView event,
                    view_event(whole_event, ChecksumAlgorithm::none, offset));
    if (event.header.type != EventType::format_description) {
        return malformed(event, "a FORMAT_DESCRIPTION event is expected here");
    }
    base::ByteReader reader(event.body);
    FormatDescription format;
    format.binlog_version = reader.u16();
    const std::string_view version = reader.text(server_version_bytes);
    format.server_version = version.substr(0, version.find('\0'));
    format.created = reader.u32();
    const std::uint8_t header_bytes = reader.u8();
    if (!reader.ok()) return malformed(event, "truncated");
    if (parse_version(format.server_version) < first_with_version_4) {
        return malformed(event, "not a server's version");
    }
    if (format.binlog_version != 4 || header_bytes != event_header_bytes) {
        return unsupported_format(
            event, fmt::format("binlog version {} with event headers of {} bytes (server {}); "
                               "version 4 with 19 is needed",
                               format.binlog_version, header_bytes, format.server_version));
    }
    PENSTOCK_TRY(parse_tail(event, reader, format));
    format.is_mariadb = format.server_version.find("MariaDB") != std::string::npos;
    format.in_use = (event.header.flags & event_in_use_flag) != 0;
    PENSTOCK_TRY(check_layouts(event, format));
    return format;
}

std::string make_format_description(std::string_view server_version) {
    const std::size_t size =
        event_header_bytes + fixed_bytes + post_header_bytes_97.size() + 1 + checksum_bytes;
    std::string out;
    base::ByteWriter writer(out);
    writer.le(0, 4).le(static_cast<std::uint8_t>(EventType::format_description), 1).le(1, 4);
    writer.le(size, 4).le(0, 4).le(0, 2);
    const std::string_view version = server_version.substr(0, server_version_bytes - 1);
    writer.le(4, 2).text(version).text(std::string(server_version_bytes - version.size(), '\0'));
    writer.le(0, 4).le(event_header_bytes, 1).bytes(post_header_bytes_97);
    writer.le(static_cast<std::uint8_t>(ChecksumAlgorithm::none), 1);
    writer.le(crc32(base::as_bytes(out)), checksum_bytes);
    return out;
}

}  // namespace penstock::binlog
