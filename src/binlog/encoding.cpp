#include "binlog/encoding.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace penstock::binlog {

namespace {

constexpr std::size_t table_id_bytes = 6;

std::uint8_t* bytes_at(std::string& out, std::size_t offset) {
    return reinterpret_cast<std::uint8_t*>(out.data()) + offset;
}

// Big-endian, as times are stored so that they sort.
void append_big_endian(std::string& out, std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i-- > 0;) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
    }
}

void append_table_map_body(std::string& out, const TableMap& map, std::uint64_t table_id,
                           std::string_view optional_metadata) {
    PENSTOCK_ASSERT(map.schema.size() < 256 && map.table.size() < 256);
    base::ByteWriter writer(out);
    writer.le(table_id, table_id_bytes).le(map.flags, 2);
    writer.length_encoded(map.schema.size()).text(map.schema).le(0, 1);
    writer.length_encoded(map.table.size()).text(map.table).le(0, 1);
    writer.length_encoded(map.column_count).bytes(map.column_types);
    writer.length_encoded(map.metadata.size()).bytes(map.metadata);
    writer.bytes(map.null_bits).text(optional_metadata);
}

}  // namespace

void append_table_map_event(std::string& out, const TableMap& map, std::uint64_t table_id,
                            std::string_view optional_metadata) {
    const std::size_t start = begin_event(out, EventType::table_map);
    append_table_map_body(out, map, table_id, optional_metadata);
    finish_event(out, start);
}

Result<void> append_table_map(EventEncoder& events, const TableMap& map, std::uint64_t table_id,
                              std::string_view optional_metadata) {
    events.begin(EventType::table_map);
    append_table_map_body(events.out(), map, table_id, optional_metadata);
    return events.finish();
}

void append_rows_prefix(std::string& out, const RowsEvent& heading) {
    const std::uint64_t extra_bytes = 2 + heading.extra_info.size();  // its length counts itself
    PENSTOCK_ASSERT(extra_bytes <= UINT16_MAX);
    base::ByteWriter writer(out);
    writer.le(heading.table_id, table_id_bytes).le(heading.flags, 2);
    writer.le(extra_bytes, 2).bytes(heading.extra_info).length_encoded(heading.column_count);
    if (has_before_image(heading.kind)) writer.bytes(heading.columns_before);
    if (has_after_image(heading.kind)) writer.bytes(heading.columns_after);
}

TableShape& TableShape::integer(std::size_t width_bytes, bool nullable) {
    switch (width_bytes) {
        case 1:
            return column(ColumnType::tiny, nullable);
        case 2:
            return column(ColumnType::small, nullable);
        case 4:
            return column(ColumnType::integer, nullable);
        default:
            PENSTOCK_ASSERT(width_bytes == 8);
            return column(ColumnType::big, nullable);
    }
}

TableShape& TableShape::varchar(std::uint16_t bytes_max, bool nullable) {
    base::ByteWriter(metadata_).le(bytes_max, 2);
    return column(ColumnType::varchar, nullable);
}

TableShape& TableShape::blob(std::uint8_t prefix_bytes, bool nullable) {
    PENSTOCK_ASSERT(prefix_bytes >= 1 && prefix_bytes <= 4);
    base::ByteWriter(metadata_).le(prefix_bytes, 1);
    return column(ColumnType::blob, nullable);
}

TableShape& TableShape::json(bool nullable) {
    base::ByteWriter(metadata_).le(4, 1);
    return column(ColumnType::json, nullable);
}

TableShape& TableShape::timestamp(std::uint8_t fraction_digits, bool nullable) {
    PENSTOCK_ASSERT(fraction_digits <= 6);
    base::ByteWriter(metadata_).le(fraction_digits, 1);
    return column(ColumnType::timestamp2, nullable);
}

TableMap TableShape::table_map() const {
    TableMap map;
    map.flags = table_map_bit_length_exact_flag;
    map.schema = schema_;
    map.table = table_;
    map.column_count = types_.size();
    map.column_types = base::as_bytes(types_);
    map.metadata = base::as_bytes(metadata_);
    map.null_bits = base::as_bytes(null_bits_);
    return map;
}

std::string TableShape::all_columns() const {
    std::string bits((types_.size() + 7) / 8, '\xFF');
    const std::size_t rest = types_.size() % 8;
    if (rest != 0) bits.back() = static_cast<char>((1U << rest) - 1);
    return bits;
}

TableShape& TableShape::column(ColumnType type, bool nullable) {
    const std::size_t index = types_.size();
    types_.push_back(static_cast<char>(type));
    if (index % 8 == 0) null_bits_.push_back('\0');
    if (nullable) *bytes_at(null_bits_, index / 8) |= static_cast<std::uint8_t>(1U << (index % 8));
    return *this;
}

RowImageWriter::RowImageWriter(std::string& out, std::size_t column_count)
    : out_(out), nulls_at_(out.size()), column_count_(column_count) {
    out_.append((column_count + 7) / 8, '\0');
}

RowImageWriter& RowImageWriter::null() {
    PENSTOCK_ASSERT(columns_written_ < column_count_);
    *bytes_at(out_, nulls_at_ + columns_written_ / 8) |=
        static_cast<std::uint8_t>(1U << (columns_written_ % 8));
    ++columns_written_;
    return *this;
}

RowImageWriter& RowImageWriter::integer(std::uint64_t value, std::size_t width_bytes) {
    PENSTOCK_ASSERT(columns_written_ < column_count_);
    base::ByteWriter(out_).le(value, width_bytes);
    ++columns_written_;
    return *this;
}

RowImageWriter& RowImageWriter::varchar(std::string_view value, std::uint16_t bytes_max) {
    PENSTOCK_ASSERT(columns_written_ < column_count_ && value.size() <= bytes_max);
    base::ByteWriter(out_).le(value.size(), bytes_max > 255 ? 2 : 1).text(value);
    ++columns_written_;
    return *this;
}

RowImageWriter& RowImageWriter::blob(std::string_view value, std::uint8_t prefix_bytes) {
    PENSTOCK_ASSERT(columns_written_ < column_count_);
    PENSTOCK_ASSERT(value.size() >> (8 * prefix_bytes) == 0);
    base::ByteWriter(out_).le(value.size(), prefix_bytes).text(value);
    ++columns_written_;
    return *this;
}

RowImageWriter& RowImageWriter::timestamp(std::uint64_t microseconds,
                                          std::uint8_t fraction_digits) {
    PENSTOCK_ASSERT(columns_written_ < column_count_ && fraction_digits <= 6);
    // The fraction is stored in 1, 2 or 3 bytes: hundredths, ten thousandths, millionths.
    static constexpr std::array<std::uint64_t, 4> unit_us{1'000'000, 10'000, 100, 1};
    static constexpr std::array<std::uint64_t, 7> digit_us{1'000'000, 100'000, 10'000, 1'000,
                                                           100,       10,      1};
    const std::size_t fraction_bytes = (fraction_digits + 1U) / 2;
    std::uint64_t fraction_us = microseconds % 1'000'000;
    fraction_us -= fraction_us % digit_us[fraction_digits];
    append_big_endian(out_, microseconds / 1'000'000, 4);
    append_big_endian(out_, fraction_us / unit_us[fraction_bytes], fraction_bytes);
    ++columns_written_;
    return *this;
}

}  // namespace penstock::binlog
