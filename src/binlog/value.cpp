#include "binlog/value.h"

#include <fmt/core.h>
#include <bit>

#include "base/assert.h"
#include "binlog/errors.h"

namespace penstock::binlog {
namespace {

constexpr std::uint64_t year_base = 1900;
constexpr std::size_t srid_bytes = 4;

// The readers write into a fresh Value in place: copies of it cost more than the reading.

bool read_number(ValueKind kind, std::uint64_t number, Value& out) {
    out.kind = kind;
    out.number = number;
    return true;
}

bool read_bytes(ValueKind kind, Bytes bytes, Value& out) {
    out.kind = kind;
    out.bytes = bytes;
    return true;
}

template <unsigned width_bytes>
bool read_integer(bool is_unsigned, Bytes bytes, Value& out) {
    constexpr int shift = 64 - 8 * static_cast<int>(width_bytes);
    const std::uint64_t number = base::load_le(bytes.data(), width_bytes);
    if (is_unsigned) return read_number(ValueKind::unsigned_integer, number, out);
    const std::int64_t extended = static_cast<std::int64_t>(number << shift) >> shift;
    return read_number(ValueKind::integer, static_cast<std::uint64_t>(extended), out);
}

bool read_text(const ValueType& type, Bytes bytes, Value& out) {
    out.collation = type.collation;
    const bool padded =
        type.column.type == ColumnType::string && type.collation == collation_binary;
    if (padded && bytes.size() < type.column.metadata) {
        out.trailing_zeros = static_cast<std::uint16_t>(type.column.metadata - bytes.size());
    }
    return read_bytes(ValueKind::bytes, bytes, out);
}

bool read_bits(Bytes bytes, Value& out) {
    for (const std::uint8_t byte : bytes) out.number = out.number << 8 | byte;
    return read_bytes(ValueKind::bit, bytes, out);
}

// An empty value is what INSERT IGNORE makes of NULL in a column that can't be NULL.
bool read_geometry(Bytes bytes, Value& out) {
    if (bytes.empty()) return read_bytes(ValueKind::geometry, bytes, out);
    if (bytes.size() < srid_bytes) return false;
    out.number = base::load_le(bytes.data(), srid_bytes);
    return read_bytes(ValueKind::geometry, bytes.subspan(srid_bytes), out);
}

bool read_temporal(ValueKind kind, const std::optional<Temporal>& temporal, Value& out) {
    if (!temporal) return false;
    out.kind = kind;
    out.temporal = *temporal;
    return true;
}

bool read_timestamp(const std::optional<Timestamp>& timestamp, Value& out) {
    if (!timestamp) return false;
    out.temporal.microsecond = timestamp->microsecond;
    return read_number(ValueKind::timestamp, timestamp->seconds, out);
}

// False: the bytes are no value of the type.
bool read(const ValueType& type, Bytes bytes, Value& out) {
    const std::uint16_t metadata = type.column.metadata;
    switch (type.column.type) {
        case ColumnType::tiny:
            return read_integer<1>(type.is_unsigned, bytes, out);
        case ColumnType::small:
            return read_integer<2>(type.is_unsigned, bytes, out);
        case ColumnType::medium:
            return read_integer<3>(type.is_unsigned, bytes, out);
        case ColumnType::integer:
            return read_integer<4>(type.is_unsigned, bytes, out);
        case ColumnType::big:
            return read_integer<8>(type.is_unsigned, bytes, out);
        case ColumnType::varchar:
        case ColumnType::var_string:
        case ColumnType::string:
        case ColumnType::tiny_blob:
        case ColumnType::medium_blob:
        case ColumnType::long_blob:
        case ColumnType::blob:
            return read_text(type, bytes, out);
        case ColumnType::real:
            return read_number(ValueKind::real, base::load_le(bytes.data(), sizeof(float)), out);
        case ColumnType::double_real:
            return read_number(ValueKind::double_real, base::load_le(bytes.data(), sizeof(double)),
                               out);
        case ColumnType::new_decimal:
            out.decimal = decimal_shape(metadata);
            return read_bytes(ValueKind::decimal, bytes, out);
        case ColumnType::year:
            return read_number(ValueKind::year, bytes[0] == 0 ? 0 : bytes[0] + year_base, out);
        case ColumnType::bit:
            return read_bits(bytes, out);
        case ColumnType::enumeration:
            return read_number(ValueKind::enumeration, base::load_le(bytes.data(), bytes.size()),
                               out);
        case ColumnType::set:
            out.collation = type.collation;
            return read_number(ValueKind::set, base::load_le(bytes.data(), bytes.size()), out);
        case ColumnType::json:
            return read_bytes(ValueKind::json, bytes, out);
        case ColumnType::geometry:
            return read_geometry(bytes, out);
        case ColumnType::vector:
            return bytes.size() % sizeof(float) == 0 && read_bytes(ValueKind::vector, bytes, out);
        case ColumnType::blob_compressed:
        case ColumnType::varchar_compressed:
            return read_bytes(ValueKind::compressed, bytes, out);
        case ColumnType::date:
        case ColumnType::new_date:
            return read_temporal(ValueKind::date, read_date(bytes), out);
        case ColumnType::time:
            return read_temporal(ValueKind::time, read_old_time(bytes), out);
        case ColumnType::datetime:
            return read_temporal(ValueKind::datetime, read_old_datetime(bytes), out);
        case ColumnType::timestamp:
            return read_timestamp(read_old_timestamp(bytes), out);
        case ColumnType::time2:
            out.fraction_digits = static_cast<std::uint8_t>(metadata);
            return read_temporal(ValueKind::time, read_time(bytes, metadata), out);
        case ColumnType::datetime2:
            out.fraction_digits = static_cast<std::uint8_t>(metadata);
            return read_temporal(ValueKind::datetime, read_datetime(bytes, metadata), out);
        case ColumnType::timestamp2:
            out.fraction_digits = static_cast<std::uint8_t>(metadata);
            return read_timestamp(binlog::read_timestamp(bytes, metadata), out);
        case ColumnType::null:
            return true;
        case ColumnType::decimal:
        case ColumnType::typed_array:
            return false;
    }
    return false;
}

bool decode(const ValueType& type, const ColumnValue& value, Value& out) {
    if (!value.present) out.kind = ValueKind::absent;
    return !value.present || value.null || read(type, value.content(), out);
}

tl::unexpected<Error> no_value(const ValueType& type, const ColumnValue& value) {
    return fail(ErrorKind::corrupt, error_column_value,
                fmt::format("{} bytes that are no value of type {}", value.content().size(),
                            to_string(type.column.type)));
}

tl::unexpected<Error> no_value_in(std::size_t column, const ValueType& type,
                                  const ColumnValue& value) {
    auto error = no_value(type, value);
    error.value().text = fmt::format("column {}: {}", column + 1, error.value().text);
    return error;
}

}  // namespace

float Value::real() const {
    return std::bit_cast<float>(static_cast<std::uint32_t>(number));
}

double Value::double_real() const {
    return std::bit_cast<double>(number);
}

float Value::dimension(std::size_t index) const {
    return std::bit_cast<float>(static_cast<std::uint32_t>(
        base::load_le(bytes.data() + index * sizeof(float), sizeof(float))));
}

Result<Value> decode_value(const ValueType& type, const ColumnValue& value) {
    Value out;
    if (!decode(type, value, out)) return no_value(type, value);
    return out;
}

Result<std::size_t> decode_image(const RowLayout& layout, std::span<const ValueType> types,
                                 Bytes rows_at, Bytes columns_present, std::vector<Value>& values) {
    PENSTOCK_ASSERT(types.size() == layout.column_count());
    if (columns_present.size() != layout.null_bytes()) {
        return no_rows("another number of columns");
    }
    values.resize(types.size());
    std::size_t bad_column = types.size();
    ColumnValue bad_value;
    const auto read_column = [&](std::size_t column, const ColumnValue& value) {
        values[column] = Value{};
        if (decode(types[column], value, values[column])) return;
        bad_column = column;
        bad_value = value;
    };
    const auto bytes = layout.visit_values(rows_at, columns_present, read_column);
    if (!bytes) return no_rows("a value reaches beyond the event");
    if (bad_column != types.size()) return no_value_in(bad_column, types[bad_column], bad_value);
    return *bytes;
}

Result<void> decode_values(std::span<const ValueType> types, std::span<const ColumnValue> columns,
                           std::vector<Value>& values) {
    PENSTOCK_ASSERT(types.size() == columns.size());
    values.resize(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        values[i] = Value{};
        if (!decode(types[i], columns[i], values[i])) return no_value_in(i, types[i], columns[i]);
    }
    return {};
}

std::vector<ValueType> value_types(std::span<const Column> columns,
                                   const OptionalMetadata& metadata) {
    std::vector<ValueType> types;
    types.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool is_unsigned = metadata.has_signedness && metadata.is_unsigned[i];
        const std::uint32_t collation =
            metadata.collations.empty() ? collation_unknown : metadata.collations[i];
        types.push_back({columns[i], is_unsigned, collation});
    }
    return types;
}

}  // namespace penstock::binlog
