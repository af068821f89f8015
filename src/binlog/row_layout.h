// RowLayout: measures row images without building values; RowCursor: walks the rows of an event.
//
// A row image is a bit per present column (set: NULL), then the values of those that are not NULL.
// Every type is either of fixed width or preceded by its length in 1 to 4 bytes, so that a table
// map compiles into a list of widths, and for the common image (all columns, nothing NULL) into
// hops from one length prefix to the next.
//
// Immutable once compiled: any number of threads may use one. Views are borrowed from the event.
// Source: mysql-9.7 libs/mysql/binlog/event/binary_log_funcs.cpp, sql/rpl_record.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "binlog/rows.h"
#include "binlog/table_map.h"

namespace penstock::binlog {

// One column of a row image. `bytes` is the value as it is stored, length prefix included.
struct ColumnValue {
    bool present = false;
    bool null = false;
    std::uint8_t prefix_bytes = 0;  // how many of `bytes` are the length
    Bytes bytes;

    [[nodiscard]] Bytes content() const { return bytes.subspan(prefix_bytes); }
};

class RowLayout {
public:
    // Refuses a column whose rows cannot be measured.
    [[nodiscard]] static Result<RowLayout> compile(const TableMap& map);

    [[nodiscard]] std::size_t column_count() const { return widths_.size(); }
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }

    // The length in bytes of the image that `rows_at` starts with. `columns_present` must have
    // (column_count + 7) / 8 bytes.
    [[nodiscard]] Result<std::size_t> image_bytes(Bytes rows_at, Bytes columns_present) const;

    // The same for an after-image of PARTIAL_UPDATE_ROWS, which has the value options and the bits
    // that tell partial JSON in front.
    [[nodiscard]] Result<std::size_t> partial_image_bytes(Bytes rows_at,
                                                          Bytes columns_present) const;

    // Fills `values` with one ColumnValue per column and returns the image's length.
    [[nodiscard]] Result<std::size_t> split(Bytes rows_at, Bytes columns_present,
                                            std::vector<ColumnValue>& values) const;

private:
    struct Width {
        std::uint8_t prefix_bytes;  // 0: fixed
        std::uint16_t fixed_bytes;
    };
    // Skip `fixed_bytes`, then a value with a prefix of `prefix_bytes` (0: none, the end).
    struct Hop {
        std::uint32_t fixed_bytes;
        std::uint8_t prefix_bytes;
    };

    [[nodiscard]] std::optional<std::size_t> hop(Bytes rows_at, std::size_t from) const;
    [[nodiscard]] std::optional<std::size_t> walk(Bytes rows_at, Bytes columns_present,
                                                  std::vector<ColumnValue>* values) const;
    [[nodiscard]] bool is_full(Bytes columns_present) const;

    std::vector<Column> columns_;
    std::vector<Width> widths_;
    std::vector<Hop> hops_;
    std::size_t null_bytes_ = 0;  // of an image with all columns
    std::size_t json_columns_ = 0;
};

// A row of an event; an image that its kind doesn't have is empty. For a partial update, `after`
// includes the value options.
struct RowImages {
    Bytes before;
    Bytes after;
};

class RowCursor {
public:
    // Both must outlive the cursor. The event's column count must be the layout's: next() says so.
    RowCursor(const RowLayout& layout, const RowsEvent& event);

    // The next row, nullopt after the last one, or an error if the bytes are no rows.
    [[nodiscard]] Result<std::optional<RowImages>> next();

private:
    [[nodiscard]] Result<Bytes> take(Bytes columns_present, bool partial);

    const RowLayout& layout_;
    const RowsEvent& event_;
    Bytes rest_;
};

}  // namespace penstock::binlog
