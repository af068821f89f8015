// TABLE_MAP: which table a table id means in the rows events that follow, and its columns.
//
// Layout: u48 table id, u16 flags, schema and table (u8 length, text, NUL), then as length-encoded
// counts the columns with a byte of type each and the types' metadata, a bit per column that may
// be NULL, and (MySQL 8.0) optional metadata as type, length, value.
//
// parse_table_map() checks all of it but decodes nothing, because a stream repeats the same map
// for every statement: compare `definition` with the one before, and decode what is new.
// Source: mysql-9.7 libs/mysql/binlog/event/rows_event.{h,cpp}. Pure, any thread; views borrowed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "binlog/column_type.h"
#include "binlog/event_view.h"

namespace penstock::binlog {

// TableMap::flags
inline constexpr std::uint16_t table_map_bit_length_exact_flag = 1;
inline constexpr std::uint16_t table_map_referred_fk_flag = 2;
inline constexpr std::uint16_t table_map_generated_invisible_pk_flag = 4;

struct TableMap {
    std::uint64_t table_id = 0;
    std::uint16_t flags = 0;
    std::string_view schema;
    std::string_view table;
    std::size_t column_count = 0;
    Bytes column_types;
    Bytes metadata;
    Bytes null_bits;
    Bytes optional_metadata;
    Bytes body;        // all of it
    Bytes definition;  // all of it after the table id: equal bytes, equal table definition
};

[[nodiscard]] Result<TableMap> parse_table_map(const EventView& event);

// One column as the map describes it. For ENUM, SET and CHAR, which share a type in the map, it is
// the real type, and for CHAR `metadata` is the greatest length in bytes. Otherwise `metadata` is:
// VARCHAR the greatest length in bytes; BLOB, JSON, GEOMETRY and VECTOR the bytes of the length
// prefix; DECIMAL precision << 8 | scale; BIT bytes << 8 | bits beyond; TIME, DATETIME and
// TIMESTAMP the digits of the fraction; FLOAT and DOUBLE, ENUM and SET the bytes of a value.
struct Column {
    ColumnType type = ColumnType::null;
    std::uint16_t metadata = 0;
    bool nullable = false;
};

// Metadata that contradicts its type is refused; rows of the columns can then be measured, except
// those of a typed_array (RowLayout refuses that one).
[[nodiscard]] Result<std::vector<Column>> decode_columns(const TableMap& map);

// Each column's bytes of `metadata`, for putting maps together again. Borrowed from the map.
[[nodiscard]] Result<std::vector<Bytes>> column_metadata(const TableMap& map);

// The map under other names. Error: not a name, that is empty or longer than name_bytes_max.
[[nodiscard]] Result<TableMap> renamed(const TableMap& map, std::string_view schema,
                                       std::string_view table);

struct KeyPart {
    std::size_t column = 0;               // 0 is the first one
    std::uint64_t prefix_characters = 0;  // 0: the whole column
};

// What a map tells beyond what is needed to cut rows apart. With binlog_row_metadata=MINIMAL only
// the signedness, the collations of character columns, the types of geometries and the dimensions
// of vectors are there. Unknown fields are passed over: they describe, they don't change how rows
// are laid out. A vector is empty if its field is absent; else it has an element per column of the
// table (names and members, too, are borrowed from the map).
struct OptionalMetadata {
    bool has_signedness = false;
    std::vector<bool> is_unsigned;               // false for columns without a sign
    std::vector<std::string_view> column_names;  // in the server's own character set, UTF-8
    std::vector<KeyPart> primary_key;            // not per column; with or without prefixes
    std::vector<bool> visible;
    // Collation ids, 63 for binary columns; 0 for columns without (numbers, JSON, ...). Character
    // columns and ENUM and SET columns are told separately: one of them may be 0 throughout.
    std::vector<std::uint32_t> collations;
    // Of ENUM and SET columns, in the column's character set; in order, so that value 1 is the
    // first one. Empty for other columns.
    std::vector<std::vector<std::string_view>> members;
    // 0 GEOMETRY, 1 POINT, 2 LINESTRING, 3 POLYGON, 4 MULTIPOINT, 5 MULTILINESTRING, 6
    // MULTIPOLYGON, 7 GEOMETRYCOLLECTION; 0 for other columns, too.
    std::vector<std::uint8_t> geometry_types;
    std::vector<std::uint32_t> vector_dimensions;  // 0 for other columns
};

// `flavour`: MariaDB counts a GEOMETRY as a character column.
[[nodiscard]] Result<OptionalMetadata> decode_optional_metadata(const TableMap& map,
                                                                Flavour flavour = Flavour::mysql);

// The fields that a server needs to take rows: VECTOR's dimensions (MySQL 9.x). Appends them.
void append_needed_metadata(const TableMap& map, std::string& out);
// That field for these dimensions, one per VECTOR column; nothing if there are none.
void append_vector_dimensions(std::span<const std::uint64_t> dimensions, std::string& out);

}  // namespace penstock::binlog
