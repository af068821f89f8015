// BinlogTable, BinlogRow and BinlogValue: the tables of a binlog, their rows before and after a
// change, and what is in their columns.
//
// All of them are small handles on what a BinlogReader holds: they own nothing, copying is cheap,
// and they are valid as long as binlog_reader.h says. Reading one allocates nothing, but for
// append_text(). Any thread, as long as the reader is not used meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "penstock/result.h"

namespace penstock {

namespace binlog {
struct Table;
struct Value;
}  // namespace binlog

// What a value is, and which of BinlogValue's functions has it.
enum class BinlogKind : std::uint8_t {
    absent,  // this row image doesn't have the column (binlog_row_image other than FULL)
    null,
    integer,           // integer(): TINYINT to BIGINT
    unsigned_integer,  // number()
    real,              // real(): FLOAT and DOUBLE
    decimal,           // text only, so that no digit is lost
    date,              // time()
    time,              // time(): an amount of time
    datetime,          // time()
    timestamp,         // time() in UTC; number(): seconds since 1970, 0 is the zero date
    year,              // number(): 0, or 1901 to 2155
    bit,               // number()
    enumeration,       // number(): from 1 as declared, 0 is the error value ''
    set,               // number(): a bit per member, the lowest one is the first member
    bytes,             // bytes(): CHAR, VARCHAR, TEXT, BINARY, VARBINARY, BLOB
    json,              // text; bytes() has the server's binary form
    json_changes,      // text: see append_text()
    geometry,          // number(): the SRID; bytes(): the well-known binary form
    vector,            // bytes(): little-endian floats
};

// A date, a time or both, as the server stored it: not checked against a calendar, so that zero
// dates and days 0 are values.
struct BinlogTime {
    std::uint16_t year = 0;
    std::uint8_t month = 0;
    std::uint8_t day = 0;
    std::uint16_t hour = 0;  // of TIME up to 838
    std::uint8_t minute = 0;
    std::uint8_t second = 0;
    std::uint32_t microsecond = 0;
    bool negative = false;  // of TIME

    friend bool operator==(const BinlogTime&, const BinlogTime&) = default;
};

class BinlogValue {
public:
    [[nodiscard]] BinlogKind kind() const;
    [[nodiscard]] bool is_null() const { return kind() == BinlogKind::null; }

    // Each of the kinds that BinlogKind names; of another kind zero or nothing.
    [[nodiscard]] std::int64_t integer() const;
    [[nodiscard]] std::uint64_t number() const;
    [[nodiscard]] double real() const;
    [[nodiscard]] BinlogTime time() const;
    // Text is in the column's character set (BinlogColumn::collation); nothing is converted. A
    // BINARY has the zeros at its end, a MariaDB COMPRESSED column is expanded.
    [[nodiscard]] std::string_view bytes() const;

    // Appends the value as the server's SELECT prints it: a TIMESTAMP in UTC; ENUM and SET by name
    // where the log has the names (binlog_row_metadata=FULL), else their number; JSON as text; of
    // BIT, GEOMETRY and VECTOR bytes; NULL is "NULL"; nothing if absent.
    //
    // `json_changes`: a document that was logged as its changes (binlog_row_value_options), where
    // the image before doesn't have the document to apply them to:
    // [{"operation": "replace", "path": "$.a", "value": 1}], or "insert", or "remove" without
    // value.
    //
    // Error: the bytes are no value of the type; a part of it may have been appended.
    [[nodiscard]] Result<void> append_text(std::string& out) const;
    [[nodiscard]] Result<std::string> text() const;

private:
    friend class BinlogImage;
    BinlogValue(const binlog::Value* value, std::span<const std::string_view> members)
        : value_(value), members_(members) {}

    const binlog::Value* value_;
    std::span<const std::string_view> members_;
};

struct BinlogColumn {
    std::string_view name;     // in UTF-8; "@1", "@2" ... where the log has no names
    std::string_view type;     // "INT", "VARCHAR", "JSON" ...: without length and sign
    bool is_unsigned = false;  // known since MySQL 8.0 and MariaDB 10.5
    bool nullable = false;
    bool visible = true;
    // Its place in the primary key from 1 on; 0: it is not in it, or the log doesn't say so
    // (binlog_row_metadata=MINIMAL).
    std::size_t key = 0;
    std::uint32_t collation = 0;                // the server's id, 63 is binary; 0: none or unknown
    std::span<const std::string_view> members;  // of an ENUM or SET, if the log has them
};

class BinlogTable {
public:
    [[nodiscard]] std::string_view schema() const;
    [[nodiscard]] std::string_view name() const;
    // For tables of your own beside these: different for each definition that a reader meets,
    // growing from 0. A definition that is met again after a long time may get another number.
    [[nodiscard]] std::size_t number() const;
    [[nodiscard]] std::size_t column_count() const;
    // `index` is below column_count().
    [[nodiscard]] BinlogColumn column(std::size_t index) const;

private:
    friend class BinlogReader;
    explicit BinlogTable(const binlog::Table* table) : table_(table) {}

    const binlog::Table* table_;
};

// A row before or after its change: a value for each column of the table.
class BinlogImage {
public:
    BinlogImage() = default;

    // As many as the table has columns; 0: this change has no such image.
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    // `column` is below size().
    [[nodiscard]] BinlogValue operator[](std::size_t column) const;

private:
    friend class BinlogReader;
    BinlogImage(const binlog::Table* table, std::span<const binlog::Value> values);

    const binlog::Table* table_ = nullptr;
    const binlog::Value* values_ = nullptr;
    std::size_t size_ = 0;
};

struct BinlogRow {
    BinlogImage before;  // empty for an insert
    BinlogImage after;   // empty for a delete
};

}  // namespace penstock
