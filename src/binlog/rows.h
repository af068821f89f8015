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

[[nodiscard]] Result<RowsEvent> parse_rows(const EventView& event);

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
