// TableShape: a table as the copy and the comparison see it: which columns are read and written,
// how each is put into SQL exactly, and the key its rows are walked by. Pure, any thread.
//
// Exactness rests on one rule: a value is read as the bytes the server holds, in a form that the
// server parses back to those bytes. Text is sent as _binary'…' and so never converted; FLOAT is
// read as the DOUBLE it equals; ENUM, SET and BIT travel as numbers; GEOMETRY and VECTOR in the
// server's own format. JSON travels as text where that makes the same document again, else in its
// binary form (json_types.h, json_stage.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::snapshot {

enum class ColumnKind : std::uint8_t {
    integer,
    decimal,
    real,  // FLOAT and DOUBLE
    bit,
    temporal,
    year,
    text,
    binary,
    enumeration,
    set,
    json,
    geometry,
    vector,
    inet,  // of MariaDB: UUID, INET4, INET6; they have an exact text form
};

struct ColumnShape {
    std::string name;
    ColumnKind kind = ColumnKind::integer;
    std::string character_set;        // of text
    std::uint32_t enum_elements = 0;  // of enumerations
    bool generated = false;
    bool unbounded = false;  // a value may be longer than a packet: TEXT, BLOB, JSON and so on
};

struct TableShape {
    std::string schema;
    std::string name;
    std::string create_sql;
    std::string key_index;
    std::vector<ColumnShape> columns;  // all of them, in table order
    std::vector<std::size_t> key;      // into columns; empty: copied as a table without key
    bool transactional = true;         // InnoDB
    std::uint64_t estimated_rows = 0;
    std::uint64_t estimated_bytes = 0;

    // `schema`.`table`, quoted.
    [[nodiscard]] std::string quoted_name() const;
    [[nodiscard]] const ColumnShape& key_column(std::size_t index) const {
        return columns[key[index]];
    }
};

// A key that indexes only the first bytes of a column gives no order to walk by, so such a table is
// taken as one without key.
[[nodiscard]] Result<TableShape> make_table_shape(const schema::TableDefinition& table);

// The expression that reads the column, such as `a` or CAST(`f` AS DOUBLE).
[[nodiscard]] std::string read_expression(const ColumnShape& column);
// Appends what read_expression gave, as a literal that stores the same value.
void append_value(std::string& out, ColumnKind kind, std::string_view bytes);
// What read_expression gave, as a literal that compares with the column by the column's own rules:
// its collation for text, its number for ENUM, SET and BIT.
[[nodiscard]] std::string key_literal(const ColumnShape& column, std::string_view bytes);

// SHOW CREATE TABLE reduced to what rows depend on: without foreign keys, which are added after the
// copy, and the AUTO_INCREMENT value, which moves without the table being altered.
[[nodiscard]] Result<std::string> row_definition(std::string_view create_sql);

}  // namespace penstock::snapshot
