#include "binlog/table_map.h"

#include <fmt/core.h>

#include "binlog/decimal.h"
#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog {

namespace {

constexpr std::size_t table_id_bytes = 6;

tl::unexpected<Error> bad_column(const TableMap& map, std::size_t column, std::string_view reason) {
    return fail(ErrorKind::corrupt, error_malformed_event,
                fmt::format("Table_map of `{}`.`{}`, column {}: {}", map.schema, map.table,
                            column + 1, reason));
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_bytes_max;
}

// A name with its length before and a NUL after it.
Result<std::string_view> read_name(const EventView& event, base::ByteReader& reader) {
    const std::uint64_t length = reader.length_encoded();
    const std::string_view name = reader.text(length);
    const std::uint8_t nul = reader.u8();
    if (!reader.ok()) return malformed(event, "truncated name");
    if (!is_name(name) || nul != 0) return malformed(event, "not a name");
    return name;
}

// The CHAR, ENUM and SET columns share a type; the metadata has the real one, and for CHARs longer
// than 255 bytes two bits of the length in the real type's place, inverted (Bug#37426 of MySQL).
Column string_column(std::uint8_t first, std::uint8_t second) {
    const unsigned length_bits = (first & 0x30U) ^ 0x30U;
    if (length_bits != 0) {
        return {ColumnType::string, static_cast<std::uint16_t>(second | (length_bits << 4))};
    }
    return {ColumnType{first}, second};
}

Column read_column(ColumnType type, base::ByteReader& metadata) {
    switch (type) {
        case ColumnType::string:
        case ColumnType::enumeration:
        case ColumnType::set: {
            const std::uint8_t first = metadata.u8();
            return string_column(first, metadata.u8());
        }
        case ColumnType::varchar:
        case ColumnType::varchar_compressed:
        case ColumnType::var_string:
        case ColumnType::bit:
            return {type, metadata.u16()};
        case ColumnType::new_decimal: {
            const std::uint8_t precision = metadata.u8();
            return {type, static_cast<std::uint16_t>(precision << 8 | metadata.u8())};
        }
        case ColumnType::real:
        case ColumnType::double_real:
        case ColumnType::tiny_blob:
        case ColumnType::medium_blob:
        case ColumnType::long_blob:
        case ColumnType::blob:
        case ColumnType::blob_compressed:
        case ColumnType::json:
        case ColumnType::geometry:
        case ColumnType::vector:
        case ColumnType::time2:
        case ColumnType::datetime2:
        case ColumnType::timestamp2:
            return {type, metadata.u8()};
        case ColumnType::typed_array: {
            // The type of an element and its metadata, where VARCHAR has one byte more.
            const ColumnType element{metadata.u8()};
            if (element == ColumnType::varchar)
                metadata.skip(3);
            else if (element != ColumnType::typed_array)
                read_column(element, metadata);
            return {type, 0};
        }
        default:
            return {type, 0};
    }
}

bool is_sound(const Column& column) {
    const unsigned metadata = column.metadata;
    switch (column.type) {
        case ColumnType::real:
            return metadata == 4;
        case ColumnType::double_real:
            return metadata == 8;
        case ColumnType::enumeration:
            return metadata == 1 || metadata == 2;
        case ColumnType::set:
            return metadata >= 1 && metadata <= 8;
        case ColumnType::tiny_blob:
        case ColumnType::medium_blob:
        case ColumnType::long_blob:
        case ColumnType::blob:
        case ColumnType::blob_compressed:
        case ColumnType::json:
        case ColumnType::geometry:
        case ColumnType::vector:
            return metadata >= 1 && metadata <= 4;
        case ColumnType::time2:
        case ColumnType::datetime2:
        case ColumnType::timestamp2:
            return metadata <= 6;
        case ColumnType::bit:
            return (metadata & 0xFF) < 8 && metadata >> 8 <= 8;
        case ColumnType::new_decimal:
            return decimal_shape(column.metadata).is_sound() &&
                   decimal_shape(column.metadata).precision <= decimal_precision_max;
        case ColumnType::decimal:
            return false;
        default:
            return std::string_view(to_string(column.type)) != "unknown";
    }
}

}  // namespace

Result<TableMap> parse_table_map(const EventView& event) {
    base::ByteReader reader(event.body);
    TableMap map;
    map.body = event.body;
    map.table_id = reader.le(table_id_bytes);
    map.flags = reader.u16();
    if (!reader.ok()) return malformed(event, "truncated");
    map.definition = event.body.subspan(table_id_bytes);
    PENSTOCK_ASSIGN(map.schema, read_name(event, reader));
    PENSTOCK_ASSIGN(map.table, read_name(event, reader));
    const std::uint64_t columns = reader.length_encoded();
    if (columns == 0 || columns > column_count_max) {
        return malformed(event, fmt::format("claims {} columns", columns));
    }
    map.column_count = static_cast<std::size_t>(columns);
    map.column_types = reader.view(columns);
    map.metadata = reader.view(reader.length_encoded());
    map.null_bits = reader.view((columns + 7) / 8);
    map.optional_metadata = reader.rest();
    if (!reader.ok()) return malformed(event, "truncated");
    return map;
}

Result<std::vector<Column>> decode_columns(const TableMap& map) {
    std::vector<Column> columns;
    columns.reserve(map.column_count);
    base::ByteReader metadata(map.metadata);
    for (std::size_t i = 0; i < map.column_count; ++i) {
        Column column = read_column(ColumnType{map.column_types[i]}, metadata);
        column.nullable = (map.null_bits[i / 8] >> (i % 8) & 1) != 0;
        if (!metadata.ok()) return bad_column(map, i, "its metadata is missing");
        if (!is_sound(column)) {
            return bad_column(
                map, i,
                fmt::format("type {} with metadata {}", map.column_types[i], column.metadata));
        }
        columns.push_back(column);
    }
    if (metadata.remaining() > 0) {
        return bad_column(map, map.column_count - 1, "metadata is left over");
    }
    return columns;
}

Result<std::vector<Bytes>> column_metadata(const TableMap& map) {
    std::vector<Bytes> slices;
    slices.reserve(map.column_count);
    base::ByteReader metadata(map.metadata);
    for (std::size_t i = 0; i < map.column_count; ++i) {
        const std::size_t start = metadata.position();
        read_column(ColumnType{map.column_types[i]}, metadata);
        if (!metadata.ok()) return bad_column(map, i, "its metadata is missing");
        slices.push_back(map.metadata.subspan(start, metadata.position() - start));
    }
    return slices;
}

Result<TableMap> renamed(const TableMap& map, std::string_view schema, std::string_view table) {
    for (const std::string_view name : {schema, table}) {
        if (is_name(name) && name.find('\0') == name.npos) continue;
        return fail(
            ErrorKind::definite, error_projection,
            fmt::format("`{}`.`{}` cannot be renamed to `{}`.`{}`: names have 1 to {} bytes",
                        map.schema, map.table, schema, table, name_bytes_max));
    }
    TableMap other = map;
    other.schema = schema;
    other.table = table;
    return other;
}

}  // namespace penstock::binlog
