// Encoding of TABLE_MAP events, of rows events (version 2) up to their rows, and of the row images
// of penstock's own tables. For the rows of other tables see rows_encoder.h.
//
// Everything appends to a string used as a byte buffer. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binlog/event_encoder.h"
#include "binlog/rows.h"
#include "binlog/table_map.h"

namespace penstock::binlog {

// The map as an event, under another id; `optional_metadata` instead of its own. To rename a table
// see renamed().
void append_table_map_event(std::string& out, const TableMap& map, std::uint64_t table_id,
                            std::string_view optional_metadata = {});
// The same with the header that `events` writes. Error: larger than event_bytes_max.
[[nodiscard]] Result<void> append_table_map(EventEncoder& events, const TableMap& map,
                                            std::uint64_t table_id,
                                            std::string_view optional_metadata = {});

// What is in the body of a rows event before its rows: all of `heading` but `rows`.
void append_rows_prefix(std::string& out, const RowsEvent& heading);
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
