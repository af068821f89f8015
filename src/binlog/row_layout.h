// RowLayout: measures row images without building values; RowCursor: walks the rows of an event.
//
// A row image is a bit per present column (set: NULL), then the values of those that are not NULL.
// Every type is either of fixed width or preceded by its length in 1 to 4 bytes. So a table map
// compiles into a list of widths, and for the common image (all columns) into an ImageWalk.
//
// Immutable once compiled: any number of threads may use one. Views are borrowed from the event.
// Source: mysql-9.7 libs/mysql/binlog/event/binary_log_funcs.cpp, sql/rpl_record.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "binlog/image_walk.h"
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

    // What such an after-image has in front of its null bits, in bytes.
    [[nodiscard]] Result<std::size_t> value_options_bytes(Bytes rows_at) const;

    // Fills `values` with one ColumnValue per column and returns the image's length.
    [[nodiscard]] Result<std::size_t> split(Bytes rows_at, Bytes columns_present,
                                            std::vector<ColumnValue>& values) const;

    [[nodiscard]] std::span<const ColumnWidth> widths() const { return widths_; }
    // The bytes of null bits of an image with all columns: those of `columns_present`, too.
    [[nodiscard]] std::size_t null_bytes() const { return walk_.null_bytes(); }
    // Whether these null_bytes() say that an image has all columns.
    [[nodiscard]] bool all_set(Bytes bits) const { return walk_.all_set(bits); }

    // Calls visit(column, ColumnValue) for each column in turn and returns the image's length;
    // nullopt if a value reaches beyond the bytes.
    template <class Visit>
    [[nodiscard]] std::optional<std::size_t> visit_values(Bytes rows_at, Bytes columns_present,
                                                          Visit&& visit) const;

private:
    std::vector<Column> columns_;
    std::vector<ColumnWidth> widths_;
    ImageWalk walk_;
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

// The error of bytes that are no rows of their table.
[[nodiscard]] tl::unexpected<Error> no_rows(std::string_view reason);

template <class Visit>
std::optional<std::size_t> RowLayout::visit_values(Bytes rows_at, Bytes columns_present,
                                                   Visit&& visit) const {
    std::size_t present_count = 0;
    for (std::size_t i = 0; i < column_count(); ++i) {
        present_count += columns_present[i / 8] >> (i % 8) & 1U;
    }
    std::size_t at = (present_count + 7) / 8;
    if (rows_at.size() < at) return std::nullopt;
    std::size_t null_bit = 0;
    for (std::size_t i = 0; i < column_count(); ++i) {
        ColumnValue value;
        value.present = (columns_present[i / 8] >> (i % 8) & 1) != 0;
        if (value.present) {
            value.null = (rows_at[null_bit / 8] >> (null_bit % 8) & 1) != 0;
            ++null_bit;
        }
        if (value.present && !value.null) {
            const ColumnWidth width = widths_[i];
            if (rows_at.size() - at < width.prefix_bytes) return std::nullopt;
            std::uint64_t bytes = width.fixed_bytes;
            if (width.prefix_bytes != 0) {
                bytes = width.prefix_bytes + load_length(rows_at.data() + at, width.prefix_bytes);
            }
            if (rows_at.size() - at < bytes) return std::nullopt;
            value.prefix_bytes = width.prefix_bytes;
            value.bytes = rows_at.subspan(at, static_cast<std::size_t>(bytes));
            at += value.bytes.size();
        }
        visit(i, value);
    }
    return at;
}

}  // namespace penstock::binlog
