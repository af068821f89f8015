#include "binlog/compressed_event.h"

#include <fmt/core.h>
#include <zlib.h>

#include "base/assert.h"
#include "binlog/errors.h"
#include "binlog/limits.h"
#include "binlog/query.h"
#include "binlog/rows.h"

namespace penstock::binlog {

namespace {

constexpr std::uint8_t compressed_mark = 0x80;
constexpr std::uint8_t method_mask = 0x70;
constexpr std::uint8_t length_bytes_mask = 0x07;
// deflate makes at most 1032 bytes of one.
constexpr std::uint64_t deflate_ratio_max = 1032;

EventType ordinary_type(EventType type) {
    switch (type) {
        case EventType::mariadb_write_rows_compressed_v1:
            return EventType::write_rows_v1;
        case EventType::mariadb_update_rows_compressed_v1:
            return EventType::update_rows_v1;
        case EventType::mariadb_delete_rows_compressed_v1:
            return EventType::delete_rows_v1;
        case EventType::mariadb_write_rows_compressed:
            return EventType::write_rows;
        case EventType::mariadb_update_rows_compressed:
            return EventType::update_rows;
        case EventType::mariadb_delete_rows_compressed:
            return EventType::delete_rows;
        default:
            return EventType::query;
    }
}

tl::unexpected<Error> cannot_expand(const EventView& event, std::string_view reason) {
    auto error = malformed(event, reason);
    error.value().code = error_expand_event;
    return error;
}

// The bytes of an ordinary event's last part: in a compressed one, what is compressed.
Result<std::size_t> last_part_bytes(const EventView& ordinary) {
    if (ordinary.header.type == EventType::query) {
        PENSTOCK_ASSIGN(const QueryEvent query, parse_query(ordinary));
        return query.sql.size();
    }
    PENSTOCK_ASSIGN(const RowsEvent rows, parse_rows(ordinary));
    return rows.rows.size();
}

struct Compressed {
    std::uint64_t expanded_bytes = 0;
    Bytes stream;
};

Result<Compressed> read_compressed(const EventView& event, Bytes part) {
    base::ByteReader reader(part);
    const std::uint8_t mark = reader.u8();
    const unsigned length_bytes = mark & length_bytes_mask;
    Compressed out;
    for (unsigned i = 0; i < length_bytes; ++i) {
        out.expanded_bytes = out.expanded_bytes << 8 | reader.u8();
    }
    out.stream = reader.rest();
    if (!reader.ok()) return cannot_expand(event, "the compressed part is truncated");
    if ((mark & compressed_mark) == 0 || (mark & method_mask) != 0 || length_bytes == 0 ||
        length_bytes > 4) {
        return cannot_expand(event, fmt::format("unknown compression {:#04x}", mark));
    }
    if (out.expanded_bytes == 0 ||
        out.expanded_bytes > (out.stream.size() + 1) * deflate_ratio_max) {
        return cannot_expand(event, fmt::format("claims to expand {} bytes to {}",
                                                out.stream.size(), out.expanded_bytes));
    }
    return out;
}

}  // namespace

Result<EventView> expand_event(const EventView& event, std::string& buffer) {
    PENSTOCK_ASSERT(is_compressed(event.header.type));
    EventView ordinary = event;
    ordinary.header.type = ordinary_type(event.header.type);
    PENSTOCK_ASSIGN(const std::size_t part_bytes, last_part_bytes(ordinary));
    PENSTOCK_ASSIGN(const Compressed compressed,
                    read_compressed(event, event.body.last(part_bytes)));
    const std::size_t before_bytes = event_header_bytes + event.body.size() - part_bytes;
    const std::uint64_t event_bytes = before_bytes + compressed.expanded_bytes;
    if (event_bytes > event_bytes_max) {
        return cannot_expand(event, fmt::format("expands to {} bytes", event_bytes));
    }
    buffer.assign(base::as_text(event.whole.first(event_header_bytes)));
    buffer.append(base::as_text(event.body.first(event.body.size() - part_bytes)));
    buffer.resize(event_bytes);
    auto* bytes = reinterpret_cast<std::uint8_t*>(buffer.data());
    uLongf expanded = compressed.expanded_bytes;
    const int status = uncompress(bytes + before_bytes, &expanded, compressed.stream.data(),
                                  compressed.stream.size());
    if (status != Z_OK || expanded != compressed.expanded_bytes) {
        return cannot_expand(event, "the compressed part is damaged");
    }
    bytes[event_type_offset] = static_cast<std::uint8_t>(ordinary.header.type);
    base::store_le(bytes + event_size_offset, event_bytes, 4);
    return view_event(base::as_bytes(buffer), ChecksumAlgorithm::none, event.offset);
}

}  // namespace penstock::binlog
