#include "binlog/rows.h"

#include "base/assert.h"
#include "binlog/limits.h"

namespace penstock::binlog {

namespace {

constexpr std::size_t table_id_bytes = 6;

RowsKind kind_of(EventType type) {
    switch (type) {
        case EventType::write_rows_v1:
        case EventType::write_rows:
            return RowsKind::write;
        case EventType::delete_rows_v1:
        case EventType::delete_rows:
            return RowsKind::remove;
        case EventType::partial_update_rows:
            return RowsKind::partial_update;
        default:
            return RowsKind::update;
    }
}

// Returns what is wrong, or nullptr.
const char* read_rows(const EventView& event, RowsEvent& rows) {
    base::ByteReader reader(event.body);
    rows.kind = kind_of(event.header.type);
    rows.table_id = reader.le(table_id_bytes);
    rows.flags = reader.u16();
    if (event.header.type >= EventType::write_rows) {
        const std::uint16_t extra_bytes = reader.u16();
        if (reader.ok() && extra_bytes < 2) return "extra information too short";
        rows.extra_info = reader.view(extra_bytes >= 2 ? extra_bytes - 2U : 0U);
    }
    const std::uint64_t columns = reader.length_encoded();
    if (!reader.ok()) return "truncated";
    if (columns == 0 || columns > column_count_max) return "claims an impossible column count";
    rows.column_count = static_cast<std::size_t>(columns);
    const std::uint64_t bitmap_bytes = (columns + 7) / 8;
    if (has_before_image(rows.kind)) rows.columns_before = reader.view(bitmap_bytes);
    if (has_after_image(rows.kind)) rows.columns_after = reader.view(bitmap_bytes);
    rows.rows = reader.rest();
    return reader.ok() ? nullptr : "truncated";
}

}  // namespace

EventType event_type_of(RowsKind kind) {
    switch (kind) {
        case RowsKind::write:
            return EventType::write_rows;
        case RowsKind::update:
            return EventType::update_rows;
        case RowsKind::remove:
            return EventType::delete_rows;
        case RowsKind::partial_update:
            return EventType::partial_update_rows;
    }
    PENSTOCK_ASSERT(false);
}

Result<RowsEvent> parse_any_rows(const EventView& event) {
    Result<RowsEvent> rows;
    if (!is_rows(event.header.type)) {
        rows = unsupported(event, "is no rows event known here");
    } else if (const char* reason = read_rows(event, *rows); reason != nullptr) {
        rows = malformed(event, reason);
    }
    return rows;
}

}  // namespace penstock::binlog
