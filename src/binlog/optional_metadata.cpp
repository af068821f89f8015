// The optional metadata of TABLE_MAP: type, length, value, up to the event's end.
//
// Source: mysql-9.7 libs/mysql/binlog/event/rows_event.{h,cpp}, Optional_metadata_fields.

#include <fmt/core.h>
#include <algorithm>

#include "binlog/errors.h"
#include "binlog/table_map.h"

namespace penstock::binlog {

namespace {

enum class Field : std::uint8_t {
    signedness = 1,
    default_charset = 2,
    column_charset = 3,
    column_name = 4,
    set_values = 5,
    enum_values = 6,
    geometry_type = 7,
    simple_primary_key = 8,
    primary_key_with_prefix = 9,
    enum_and_set_default_charset = 10,
    enum_and_set_column_charset = 11,
    column_visibility = 12,
    vector_dimensionality = 13,
};

tl::unexpected<Error> bad_field(const TableMap& map, Field field) {
    return fail(ErrorKind::corrupt, error_malformed_event,
                fmt::format("Table_map of `{}`.`{}`: optional metadata of type {} is damaged",
                            map.schema, map.table, static_cast<unsigned>(field)));
}

bool bit_at(Bytes bits, std::size_t index) {
    return (bits[index / 8] >> (7 - index % 8) & 1) != 0;  // the highest bit comes first
}

bool read_signedness(Bytes value, const std::vector<Column>& columns, OptionalMetadata& out) {
    const auto numeric = static_cast<std::size_t>(
        std::count_if(columns.begin(), columns.end(),
                      [](const Column& column) { return is_numeric(column.type); }));
    if (value.size() < (numeric + 7) / 8) return false;
    out.has_signedness = true;
    out.is_unsigned.assign(columns.size(), false);
    std::size_t bit = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (is_numeric(columns[i].type)) out.is_unsigned[i] = bit_at(value, bit++);
    }
    return true;
}

bool read_names(Bytes value, std::size_t columns, OptionalMetadata& out) {
    base::ByteReader reader(value);
    out.column_names.clear();
    while (reader.remaining() > 0 && out.column_names.size() < columns) {
        out.column_names.push_back(reader.text(reader.length_encoded()));
    }
    return reader.ok() && reader.remaining() == 0 && out.column_names.size() == columns;
}

bool read_primary_key(Bytes value, bool with_prefix, std::size_t columns, OptionalMetadata& out) {
    base::ByteReader reader(value);
    out.primary_key.clear();
    while (reader.remaining() > 0) {
        const std::uint64_t column = reader.length_encoded();
        const std::uint64_t prefix = with_prefix ? reader.length_encoded() : 0;
        if (!reader.ok() || column >= columns || out.primary_key.size() == columns) return false;
        out.primary_key.push_back({static_cast<std::size_t>(column), prefix});
    }
    return reader.ok();
}

bool read_visibility(Bytes value, std::size_t columns, OptionalMetadata& out) {
    if (value.size() < (columns + 7) / 8) return false;
    out.visible.assign(columns, false);
    for (std::size_t i = 0; i < columns; ++i) out.visible[i] = bit_at(value, i);
    return true;
}

bool read_collations(Bytes value, OptionalMetadata& out) {
    base::ByteReader reader(value);
    out.column_collations.clear();
    while (reader.remaining() > 0) out.column_collations.push_back(reader.length_encoded());
    return reader.ok();
}

bool read_field(Field field, Bytes value, const std::vector<Column>& columns,
                OptionalMetadata& out) {
    switch (field) {
        case Field::signedness:
            return read_signedness(value, columns, out);
        case Field::column_name:
            return read_names(value, columns.size(), out);
        case Field::simple_primary_key:
            return read_primary_key(value, false, columns.size(), out);
        case Field::primary_key_with_prefix:
            return read_primary_key(value, true, columns.size(), out);
        case Field::column_visibility:
            return read_visibility(value, columns.size(), out);
        case Field::column_charset:
            return read_collations(value, out);
        default:
            return true;
    }
}

}  // namespace

Result<OptionalMetadata> decode_optional_metadata(const TableMap& map) {
    PENSTOCK_ASSIGN(const std::vector<Column> columns, decode_columns(map));
    OptionalMetadata out;
    base::ByteReader reader(map.optional_metadata);
    while (reader.remaining() > 0) {
        const Field field{reader.u8()};
        const Bytes value = reader.view(reader.length_encoded());
        if (!reader.ok() || !read_field(field, value, columns, out)) return bad_field(map, field);
    }
    return out;
}

void append_needed_metadata(const TableMap& map, std::string& out) {
    const std::string_view types = base::as_text(map.column_types);
    if (types.find(static_cast<char>(ColumnType::vector)) == types.npos) return;
    base::ByteReader reader(map.optional_metadata);
    while (reader.remaining() > 0) {
        const Field field{reader.u8()};
        const Bytes value = reader.view(reader.length_encoded());
        if (!reader.ok()) return;
        if (field != Field::vector_dimensionality) continue;
        base::ByteWriter writer(out);
        writer.le(static_cast<std::uint8_t>(field), 1).length_encoded(value.size()).bytes(value);
    }
}

}  // namespace penstock::binlog
