// Value: what the bytes of one column of a row image mean, exactly, without a copy or an
// allocation.
//
// A ValueType is compiled once per column from the table map; decode_value() then turns what
// RowLayout::split() found into a Value. Text and bytes stay as they are stored, in the column's
// own character set. Values are borrowed from the event. Pure, any thread.
// Source: mysql-9.7 sql/field.cc (pack, unpack), sql/log_event.cc (log_event_print_value).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "binlog/collation.h"
#include "binlog/decimal.h"
#include "binlog/row_layout.h"
#include "binlog/temporal.h"

namespace penstock::binlog {

struct ValueType {
    Column column;
    bool is_unsigned = false;  // of integers; the log says so since MySQL 8.0 and MariaDB 10.5
    std::uint32_t collation = collation_unknown;  // of text, ENUM and SET
};

enum class ValueKind : std::uint8_t {
    absent,  // the image doesn't have the column
    null,
    integer,           // integer()
    unsigned_integer,  // number
    real,              // real(): FLOAT
    double_real,       // double_real()
    decimal,           // bytes, packed, of `decimal`
    date,              // temporal
    time,              // temporal
    datetime,          // temporal
    timestamp,         // timestamp()
    year,              // number: 0, or 1901 to 2155
    bit,               // number, and bytes, most significant first
    enumeration,       // number: from 1 as declared, 0 is the error value ''
    set,               // number: a bit per member, the lowest one is the first member
    bytes,             // bytes: of CHAR, VARCHAR, TEXT, BINARY, VARBINARY, BLOB
    compressed,        // bytes: see compressed_column.h
    json,              // bytes: see json_view.h
    geometry,          // number: the SRID; bytes: the well-known binary form
    vector,            // bytes: see dimensions() and dimension()
};

struct Value {
    ValueKind kind = ValueKind::null;
    std::uint8_t fraction_digits = 0;  // of time, datetime and timestamp
    DecimalShape decimal;
    std::uint32_t collation = collation_unknown;  // of bytes and set
    // BINARY(n) is stored without the zeros at its end: as many belong behind `bytes`. Known
    // only where the collation is.
    std::uint16_t trailing_zeros = 0;
    std::uint64_t number = 0;
    Temporal temporal;
    Bytes bytes;

    [[nodiscard]] std::int64_t integer() const { return static_cast<std::int64_t>(number); }
    [[nodiscard]] float real() const;
    [[nodiscard]] double double_real() const;
    [[nodiscard]] Timestamp timestamp() const {
        return {static_cast<std::uint32_t>(number), temporal.microsecond};
    }
    // Of a vector.
    [[nodiscard]] std::size_t dimensions() const { return bytes.size() / sizeof(float); }
    [[nodiscard]] float dimension(std::size_t index) const;
};

// `value` is of a column of this type, from RowLayout::split(). Error: the bytes are no value of
// the type. For a partial JSON column (json_diff.h) ask is_partial() first: the bytes are changes.
[[nodiscard]] Result<Value> decode_value(const ValueType& type, const ColumnValue& value);

// The image that `rows_at` starts with, whole, and its length in bytes: the fastest way. One type
// for each column of the layout; `columns_present` as for RowLayout::image_bytes(). `values` is
// kept for the next row. The error names the column.
[[nodiscard]] Result<std::size_t> decode_image(const RowLayout& layout,
                                               std::span<const ValueType> types, Bytes rows_at,
                                               Bytes columns_present, std::vector<Value>& values);

// The same of an image that split() has cut.
[[nodiscard]] Result<void> decode_values(std::span<const ValueType> types,
                                         std::span<const ColumnValue> columns,
                                         std::vector<Value>& values);

// One type per column. `metadata` may be empty: then integers have a sign and collations are not
// known.
[[nodiscard]] std::vector<ValueType> value_types(std::span<const Column> columns,
                                                 const OptionalMetadata& metadata);

}  // namespace penstock::binlog
