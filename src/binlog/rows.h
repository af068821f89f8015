// WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS and PARTIAL_UPDATE_ROWS, versions 1 and 2.
//
// Layout: u48 table id, u16 flags, in version 2 u16 length of the extra information (itself
// included) and that, the length-encoded column count, a bit per column that the images have
// (for updates twice: before, after), and the row images. row_layout.h measures those.
// Source: mysql-9.7 libs/mysql/binlog/event/rows_event.{h,cpp}. Pure, any thread; views borrowed.
#pragma once

#include <cstdint>
#include <optional>

#include "binlog/event_view.h"

namespace penstock::binlog {

// RowsEvent::flags
inline constexpr std::uint16_t rows_statement_end_flag = 1;          // STMT_END_F
inline constexpr std::uint16_t rows_no_foreign_key_checks_flag = 2;  // NO_FOREIGN_KEY_CHECKS_F
inline constexpr std::uint16_t rows_relaxed_unique_checks_flag = 4;  // RELAXED_UNIQUE_CHECKS_F
inline constexpr std::uint16_t rows_complete_rows_flag = 8;          // COMPLETE_ROWS_F
inline constexpr std::uint16_t rows_use_sql_foreign_key_flag = 16;   // USE_SQL_FOREIGN_KEY_F

enum class RowsKind : std::uint8_t { write, update, remove, partial_update };

[[nodiscard]] constexpr bool has_before_image(RowsKind kind) {
    return kind != RowsKind::write;
}
[[nodiscard]] constexpr bool has_after_image(RowsKind kind) {
    return kind != RowsKind::remove;
}
[[nodiscard]] EventType event_type_of(RowsKind kind);  // version 2

struct RowsEvent {
    RowsKind kind = RowsKind::write;
    std::uint64_t table_id = 0;
    std::uint16_t flags = 0;
    Bytes extra_info;  // of version 2, without its length
    std::size_t column_count = 0;
    Bytes columns_before;  // of update, partial_update and remove
    Bytes columns_after;   // of update, partial_update and write
    Bytes rows;
};

// Of the statement's last rows event: the tables that its maps named mean nothing behind it.
[[nodiscard]] constexpr bool ends_statement(const RowsEvent& rows) {
    return (rows.flags & rows_statement_end_flag) != 0;
}

// For any rows event.
[[nodiscard]] Result<RowsEvent> parse_any_rows(const EventView& event);

// The same. Most events of busy servers have one row, and walking that takes less time than calls
// and copies do: what nearly all events have is read right where it is wanted.
[[nodiscard, gnu::always_inline]] inline Result<RowsEvent> parse_rows(const EventView& event) {
    constexpr std::size_t flags_at = 6;
    constexpr std::size_t extra_at = 8;
    constexpr std::size_t columns_at = 10;
    const Bytes body = event.body;
    const bool is_version_2 =
        event.header.type >= EventType::write_rows && event.header.type <= EventType::delete_rows;
    if (!is_version_2 || body.size() <= columns_at) return parse_any_rows(event);
    const std::size_t columns = body[columns_at];
    const std::size_t bitmap_bytes = (columns + 7) / 8;
    const bool is_update = event.header.type == EventType::update_rows;
    const std::size_t rows_at = columns_at + 1 + (is_update ? 2 * bitmap_bytes : bitmap_bytes);
    const bool is_plain = base::load_le<std::uint16_t>(body.data() + extra_at) == 2 &&
                          columns - 1 < 0xFA && rows_at <= body.size();
    if (!is_plain) return parse_any_rows(event);
    Result<RowsEvent> rows;
    rows->kind = is_update                                    ? RowsKind::update
                 : event.header.type == EventType::write_rows ? RowsKind::write
                                                              : RowsKind::remove;
    rows->table_id = base::load_le(body.data(), flags_at);
    rows->flags = base::load_le<std::uint16_t>(body.data() + flags_at);
    rows->column_count = columns;
    const Bytes first(body.data() + columns_at + 1, bitmap_bytes);
    if (rows->kind != RowsKind::write) rows->columns_before = first;
    if (rows->kind != RowsKind::remove) {
        rows->columns_after = Bytes(body.data() + rows_at - bitmap_bytes, bitmap_bytes);
    }
    rows->rows = Bytes(body.data() + rows_at, body.size() - rows_at);
    return rows;
}

// The flags a server goes by: those of the first rows event of a statement, for all of its rows.
// They do differ: a cascaded delete logs the child's rows with NO_FOREIGN_KEY_CHECKS_F and the
// parent's without. Feed it every rows event of a stream.
class StatementFlags {
public:
    // Of this event's rows, without STMT_END_F.
    [[nodiscard]] std::uint16_t of(const RowsEvent& event) {
        const auto own = static_cast<std::uint16_t>(event.flags & ~rows_statement_end_flag);
        const std::uint16_t flags = first_.value_or(own);
        first_ = flags;
        if ((event.flags & rows_statement_end_flag) != 0) first_.reset();
        return flags;
    }

private:
    std::optional<std::uint16_t> first_;
};

}  // namespace penstock::binlog
