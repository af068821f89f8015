// Encoding of TABLE_MAP and rows events (version 2, no checksum), and of the row images of
// penstock's own tables.
//
// Everything appends to a string used as a byte buffer. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binlog/rows.h"
#include "binlog/table_map.h"

namespace penstock::binlog {

// Appends a header whose event_size is still 0; returns where the event starts, for finish_event.
[[nodiscard]] std::size_t begin_event(std::string& out, EventType type);
// Writes the event_size of the event that starts at `start` and ends where `out` ends.
void finish_event(std::string& out, std::size_t start);

// The map as an event, under another id; `optional_metadata` instead of its own.
void append_table_map_event(std::string& out, const TableMap& map, std::uint64_t table_id,
                            std::string_view optional_metadata = {});

// A version 2 rows event up to its rows, which the caller appends before finish_event().
void append_rows_prefix(std::string& out, std::uint64_t table_id, std::uint16_t flags,
                        std::size_t column_count, RowsKind kind, Bytes columns_before,
                        Bytes columns_after);
// Where the flags of a rows event are, from its start.
inline constexpr std::size_t rows_flags_offset = event_header_bytes + 6;

// A table of our own: columns in their order, as CREATE TABLE has them.
class TableShape {
public:
    TableShape(std::string schema, std::string table)
        : schema_(std::move(schema)), table_(std::move(table)) {}

    // TINYINT, SMALLINT, INT or BIGINT by width 1, 2, 4 or 8; signed or not is the same here.
    TableShape& integer(std::size_t width_bytes, bool nullable = false);
    // VARCHAR or VARBINARY; the greatest length in bytes, not characters.
    TableShape& varchar(std::uint16_t bytes_max, bool nullable = false);
    // BLOB, MEDIUMBLOB, LONGBLOB and the TEXTs by prefix 2, 3 or 4.
    TableShape& blob(std::uint8_t prefix_bytes, bool nullable = false);
    // JSON.
    TableShape& json(bool nullable = false);
    // TIMESTAMP(fraction_digits).
    TableShape& timestamp(std::uint8_t fraction_digits, bool nullable = false);

    [[nodiscard]] std::size_t column_count() const { return types_.size(); }
    // Borrowed from this shape; id 0.
    [[nodiscard]] TableMap table_map() const;
    // A bit for every column: the images are whole.
    [[nodiscard]] std::string all_columns() const;

private:
    TableShape& column(ColumnType type, bool nullable);

    std::string schema_;
    std::string table_;
    std::string types_;
    std::string metadata_;
    std::string null_bits_;
};

// Appends one row image with all columns: one call per column, in order.
class RowImageWriter {
public:
    RowImageWriter(std::string& out, std::size_t column_count);

    RowImageWriter& null();
    RowImageWriter& integer(std::uint64_t value, std::size_t width_bytes);
    // `bytes_max` is the column's: it decides between 1 and 2 bytes of length.
    RowImageWriter& varchar(std::string_view value, std::uint16_t bytes_max);
    RowImageWriter& blob(std::string_view value, std::uint8_t prefix_bytes);
    RowImageWriter& timestamp(std::uint64_t microseconds, std::uint8_t fraction_digits);

    [[nodiscard]] std::size_t columns_written() const { return columns_written_; }

private:
    std::string& out_;
    std::size_t nulls_at_;
    std::size_t column_count_;
    std::size_t columns_written_ = 0;
};

}  // namespace penstock::binlog
