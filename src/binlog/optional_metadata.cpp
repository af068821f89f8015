// The optional metadata of TABLE_MAP: type, length, value, up to the event's end.
//
// Source: mysql-9.7 libs/mysql/binlog/event/rows_event.{h,cpp}, Optional_metadata_fields; the same
// fields up to 11 in MariaDB.

#include <fmt/core.h>

#include "binlog/errors.h"
#include "binlog/limits.h"
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

constexpr std::uint64_t geometry_type_max = 7;  // GEOMETRYCOLLECTION

bool bit_at(Bytes bits, std::size_t index) {
    return (bits[index / 8] >> (7 - index % 8) & 1) != 0;  // the highest bit comes first
}

bool is_enum_or_set(ColumnType type) {
    return type == ColumnType::enumeration || type == ColumnType::set;
}

// The columns that have a collation and are neither ENUM nor SET. VECTOR and MariaDB's GEOMETRY
// are made of BLOBs and so have one, though it says nothing. Source: is_character_type in mysql-9.7
// sql/log_event.cc and MariaDB 10.11 sql/log_event_client.cc.
bool is_character(ColumnType type, Flavour flavour) {
    switch (type) {
        case ColumnType::string:
        case ColumnType::var_string:
        case ColumnType::varchar:
        case ColumnType::tiny_blob:
        case ColumnType::medium_blob:
        case ColumnType::long_blob:
        case ColumnType::blob:
        case ColumnType::blob_compressed:
        case ColumnType::varchar_compressed:
        case ColumnType::vector:
            return true;
        case ColumnType::geometry:
            return flavour == Flavour::mariadb;
        default:
            return false;
    }
}

// Reads the fields of one map; every read_ function answers whether the field makes sense.
class FieldReader {
public:
    FieldReader(const std::vector<Column>& columns, Flavour flavour, OptionalMetadata& out)
        : columns_(columns), flavour_(flavour), out_(out) {}

    [[nodiscard]] bool read(Field field, Bytes value);

private:
    // The places of the columns of a kind: fields count only those.
    template <class IsOfKind>
    [[nodiscard]] std::vector<std::size_t> places_of(IsOfKind is_of_kind) const {
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (is_of_kind(columns_[i].type)) places.push_back(i);
        }
        return places;
    }
    [[nodiscard]] std::vector<std::size_t> places_of(ColumnType type) const {
        return places_of([type](ColumnType other) { return other == type; });
    }
    [[nodiscard]] std::vector<std::size_t> character_places() const {
        return places_of([this](ColumnType type) { return is_character(type, flavour_); });
    }

    [[nodiscard]] bool read_signedness(Bytes value);
    [[nodiscard]] bool read_names(Bytes value);
    [[nodiscard]] bool read_primary_key(Bytes value, bool with_prefix);
    [[nodiscard]] bool read_visibility(Bytes value);
    [[nodiscard]] bool read_collations(Bytes value, const std::vector<std::size_t>& places);
    [[nodiscard]] bool read_default_collation(Bytes value, const std::vector<std::size_t>& places);
    [[nodiscard]] bool read_members(Bytes value, ColumnType type);
    [[nodiscard]] bool read_geometry_types(Bytes value);
    [[nodiscard]] bool read_vector_dimensions(Bytes value);

    const std::vector<Column>& columns_;
    const Flavour flavour_;
    OptionalMetadata& out_;
    std::size_t members_ = 0;
};

bool FieldReader::read(Field field, Bytes value) {
    switch (field) {
        case Field::signedness:
            return read_signedness(value);
        case Field::default_charset:
            return read_default_collation(value, character_places());
        case Field::column_charset:
            return read_collations(value, character_places());
        case Field::column_name:
            return read_names(value);
        case Field::set_values:
            return read_members(value, ColumnType::set);
        case Field::enum_values:
            return read_members(value, ColumnType::enumeration);
        case Field::geometry_type:
            return read_geometry_types(value);
        case Field::simple_primary_key:
            return read_primary_key(value, false);
        case Field::primary_key_with_prefix:
            return read_primary_key(value, true);
        case Field::enum_and_set_default_charset:
            return read_default_collation(value, places_of(is_enum_or_set));
        case Field::enum_and_set_column_charset:
            return read_collations(value, places_of(is_enum_or_set));
        case Field::column_visibility:
            return read_visibility(value);
        case Field::vector_dimensionality:
            return read_vector_dimensions(value);
    }
    return true;
}

bool FieldReader::read_signedness(Bytes value) {
    const std::vector<std::size_t> places = places_of(is_numeric);
    if (value.size() < (places.size() + 7) / 8) return false;
    out_.has_signedness = true;
    out_.is_unsigned.assign(columns_.size(), false);
    for (std::size_t i = 0; i < places.size(); ++i) out_.is_unsigned[places[i]] = bit_at(value, i);
    return true;
}

bool FieldReader::read_names(Bytes value) {
    base::ByteReader reader(value);
    out_.column_names.clear();
    while (reader.remaining() > 0 && out_.column_names.size() < columns_.size()) {
        out_.column_names.push_back(reader.text(reader.length_encoded()));
    }
    return reader.ok() && reader.remaining() == 0 && out_.column_names.size() == columns_.size();
}

bool FieldReader::read_primary_key(Bytes value, bool with_prefix) {
    base::ByteReader reader(value);
    out_.primary_key.clear();
    while (reader.remaining() > 0) {
        const std::uint64_t column = reader.length_encoded();
        const std::uint64_t prefix = with_prefix ? reader.length_encoded() : 0;
        if (!reader.ok() || column >= columns_.size()) return false;
        if (out_.primary_key.size() == columns_.size()) return false;
        out_.primary_key.push_back({static_cast<std::size_t>(column), prefix});
    }
    return reader.ok();
}

bool FieldReader::read_visibility(Bytes value) {
    if (value.size() < (columns_.size() + 7) / 8) return false;
    out_.visible.assign(columns_.size(), false);
    for (std::size_t i = 0; i < columns_.size(); ++i) out_.visible[i] = bit_at(value, i);
    return true;
}

bool FieldReader::read_collations(Bytes value, const std::vector<std::size_t>& places) {
    base::ByteReader reader(value);
    out_.collations.resize(columns_.size());
    for (const std::size_t place : places) {
        out_.collations[place] = static_cast<std::uint32_t>(reader.length_encoded());
    }
    return reader.ok() && reader.remaining() == 0;
}

// One collation for all, then the places of those with another one, and that.
bool FieldReader::read_default_collation(Bytes value, const std::vector<std::size_t>& places) {
    base::ByteReader reader(value);
    out_.collations.resize(columns_.size());
    const auto most = static_cast<std::uint32_t>(reader.length_encoded());
    for (const std::size_t place : places) out_.collations[place] = most;
    while (reader.remaining() > 0) {
        const std::uint64_t index = reader.length_encoded();
        const auto collation = static_cast<std::uint32_t>(reader.length_encoded());
        if (!reader.ok() || index >= places.size()) return false;
        out_.collations[places[static_cast<std::size_t>(index)]] = collation;
    }
    return reader.ok();
}

bool FieldReader::read_members(Bytes value, ColumnType type) {
    base::ByteReader reader(value);
    out_.members.resize(columns_.size());
    for (const std::size_t place : places_of(type)) {
        std::vector<std::string_view>& members = out_.members[place];
        members.clear();
        const std::uint64_t count = reader.length_encoded();
        for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
            if (++members_ > members_max) return false;
            members.push_back(reader.text(reader.length_encoded()));
        }
    }
    return reader.ok() && reader.remaining() == 0;
}

bool FieldReader::read_geometry_types(Bytes value) {
    base::ByteReader reader(value);
    out_.geometry_types.assign(columns_.size(), 0);
    for (const std::size_t place : places_of(ColumnType::geometry)) {
        const std::uint64_t type = reader.length_encoded();
        if (type > geometry_type_max) return false;
        out_.geometry_types[place] = static_cast<std::uint8_t>(type);
    }
    return reader.ok() && reader.remaining() == 0;
}

bool FieldReader::read_vector_dimensions(Bytes value) {
    base::ByteReader reader(value);
    out_.vector_dimensions.assign(columns_.size(), 0);
    for (const std::size_t place : places_of(ColumnType::vector)) {
        out_.vector_dimensions[place] = static_cast<std::uint32_t>(reader.length_encoded());
    }
    return reader.ok() && reader.remaining() == 0;
}

void append_field(Field field, Bytes value, std::string& out) {
    base::ByteWriter writer(out);
    writer.le(static_cast<std::uint8_t>(field), 1).length_encoded(value.size()).bytes(value);
}

}  // namespace

Result<OptionalMetadata> decode_optional_metadata(const TableMap& map, Flavour flavour) {
    PENSTOCK_ASSIGN(const std::vector<Column> columns, decode_columns(map));
    OptionalMetadata out;
    FieldReader fields(columns, flavour, out);
    base::ByteReader reader(map.optional_metadata);
    while (reader.remaining() > 0) {
        const Field field{reader.u8()};
        const Bytes value = reader.view(reader.length_encoded());
        if (!reader.ok() || !fields.read(field, value)) {
            return fail(ErrorKind::corrupt, error_malformed_event,
                        fmt::format("Table_map of `{}`.`{}`: optional metadata of type {} is "
                                    "damaged",
                                    map.schema, map.table, static_cast<unsigned>(field)));
        }
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
        if (field == Field::vector_dimensionality) append_field(field, value, out);
    }
}

void append_vector_dimensions(std::span<const std::uint64_t> dimensions, std::string& out) {
    if (dimensions.empty()) return;
    std::string value;
    base::ByteWriter writer(value);
    for (const std::uint64_t each : dimensions) writer.length_encoded(each);
    append_field(Field::vector_dimensionality, base::as_bytes(value), out);
}

}  // namespace penstock::binlog
