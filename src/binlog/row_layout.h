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

    // What such an after-image has in front of its null bits, in bytes.
    [[nodiscard]] Result<std::size_t> value_options_bytes(Bytes rows_at) const;

    // Fills `values` with one ColumnValue per column and returns the image's length.
    [[nodiscard]] Result<std::size_t> split(Bytes rows_at, Bytes columns_present,
                                            std::vector<ColumnValue>& values) const;

    // How a value is measured: fixed_bytes, or what the prefix says.
    struct Width {
        std::uint8_t prefix_bytes;  // 0: fixed
        std::uint16_t fixed_bytes;
    };
    [[nodiscard]] Width width(std::size_t column) const { return widths_[column]; }

    // The bytes of null bits of an image with all columns: those of `columns_present`, too.
    [[nodiscard]] std::size_t null_bytes() const { return null_bytes_; }
    // Whether every column has its bit set in these null_bytes(), or none; what is behind the last
    // column's doesn't count (old servers set it).
    [[nodiscard]] bool all_set(Bytes bits) const;
    [[nodiscard]] bool none_set(Bytes bits) const;

    // Calls visit(column, ColumnValue) for each column in turn and returns the image's length;
    // nullopt if a value reaches beyond the bytes.
    template <class Visit>
    [[nodiscard]] std::optional<std::size_t> visit_values(Bytes rows_at, Bytes columns_present,
                                                          Visit&& visit) const;

private:
    // Skip `fixed_bytes`, then a value with a prefix of `prefix_bytes` (0: none, the end).
    struct Hop {
        std::uint32_t fixed_bytes;
        std::uint8_t prefix_bytes;
    };

    [[nodiscard]] std::optional<std::size_t> hop(Bytes rows_at, std::size_t from) const;

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

// A length prefix of 1 to 4 bytes; most are of one or two.
[[nodiscard]] inline std::uint64_t load_length(const std::uint8_t* from, std::size_t prefix_bytes) {
    if (prefix_bytes == 1) return from[0];
    if (prefix_bytes == 2) return static_cast<std::uint64_t>(from[0] | from[1] << 8);
    return base::load_le(from, prefix_bytes);
}

inline bool RowLayout::all_set(Bytes bits) const {
    const std::size_t whole_bytes = widths_.size() / 8;
    for (std::size_t i = 0; i < whole_bytes; ++i) {
        if (bits[i] != 0xFF) return false;
    }
    const unsigned last = (1U << widths_.size() % 8) - 1;
    return last == 0 || (bits[whole_bytes] & last) == last;
}

inline bool RowLayout::none_set(Bytes bits) const {
    const std::size_t whole_bytes = widths_.size() / 8;
    for (std::size_t i = 0; i < whole_bytes; ++i) {
        if (bits[i] != 0) return false;
    }
    const unsigned last = (1U << widths_.size() % 8) - 1;
    return last == 0 || (bits[whole_bytes] & last) == 0;
}

template <class Visit>
std::optional<std::size_t> RowLayout::visit_values(Bytes rows_at, Bytes columns_present,
                                                   Visit&& visit) const {
    std::size_t present_count = 0;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
        present_count += columns_present[i / 8] >> (i % 8) & 1U;
    }
    std::size_t at = (present_count + 7) / 8;
    if (rows_at.size() < at) return std::nullopt;
    std::size_t null_bit = 0;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
        ColumnValue value;
        value.present = (columns_present[i / 8] >> (i % 8) & 1) != 0;
        if (value.present) {
            value.null = (rows_at[null_bit / 8] >> (null_bit % 8) & 1) != 0;
            ++null_bit;
        }
        if (value.present && !value.null) {
            const Width width = widths_[i];
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
