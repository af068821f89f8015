#include "random_table.h"

#include <array>

#include "support.h"

namespace penstock::binlog::test {

namespace {

struct Kind {
    ColumnType type = ColumnType::null;
    const char* metadata = "";  // in hexadecimal
    std::uint8_t prefix_bytes = 0;
    std::size_t bytes = 0;
};

constexpr std::array<Kind, 36> kinds{{
    {ColumnType::tiny, "", 0, 1},
    {ColumnType::small, "", 0, 2},
    {ColumnType::medium, "", 0, 3},
    {ColumnType::integer, "", 0, 4},
    {ColumnType::big, "", 0, 8},
    {ColumnType::real, "04", 0, 4},
    {ColumnType::double_real, "08", 0, 8},
    {ColumnType::new_decimal, "0a02", 0, 5},
    {ColumnType::new_decimal, "411e", 0, 30},
    {ColumnType::bit, "0000", 0, 0},
    {ColumnType::bit, "0101", 0, 2},
    {ColumnType::bit, "0008", 0, 8},
    {ColumnType::year, "", 0, 1},
    {ColumnType::date, "", 0, 3},
    {ColumnType::time, "", 0, 3},
    {ColumnType::datetime, "", 0, 8},
    {ColumnType::timestamp, "", 0, 4},
    {ColumnType::time2, "03", 0, 5},
    {ColumnType::datetime2, "06", 0, 8},
    {ColumnType::timestamp2, "00", 0, 4},
    {ColumnType::varchar, "0a00", 1, 10},
    {ColumnType::varchar, "ff00", 1, 255},
    {ColumnType::varchar, "0001", 2, 256},
    {ColumnType::var_string, "2c01", 2, 300},
    {ColumnType::string, "fe28", 1, 40},
    {ColumnType::string, "cefc", 2, 1020},  // CHAR(255) of utf8mb4
    {ColumnType::string, "f701", 0, 1},     // ENUM
    {ColumnType::string, "f702", 0, 2},
    {ColumnType::string, "f808", 0, 8},  // SET
    {ColumnType::blob, "01", 1, 255},
    {ColumnType::blob, "02", 2, 400},
    {ColumnType::blob, "03", 3, 400},
    {ColumnType::blob, "04", 4, 400},
    {ColumnType::json, "04", 4, 60},
    {ColumnType::geometry, "04", 4, 60},
    {ColumnType::vector, "04", 4, 64},
}};

std::string random_bytes(Random& random, std::size_t count) {
    std::string bytes(count, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

}  // namespace

std::vector<ColumnValue> views_of(const OwnedRow& row) {
    std::vector<ColumnValue> views;
    for (const OwnedValue& value : row) views.push_back(value.view());
    return views;
}

OwnedRow owned(const std::vector<ColumnValue>& row) {
    OwnedRow values;
    for (const ColumnValue& value : row) {
        values.push_back({value.present, value.null, value.prefix_bytes,
                          std::string(base::as_text(value.bytes))});
    }
    return values;
}

OwnedRow only(const OwnedRow& row, Bytes columns_present) {
    OwnedRow left = row;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if ((columns_present[i / 8] >> (i % 8) & 1) == 0) left[i] = {false, false, 0, ""};
    }
    return left;
}

RandomTable::RandomTable(Random& random, std::string name) : name_(std::move(name)) {
    // Sometimes so many columns that their count and bitmaps take more bytes.
    const std::size_t count = below(random, 20) == 0 ? 300 : 1 + below(random, 20);
    std::string dimensions;
    null_bits_.assign((count + 7) / 8, '\0');
    for (std::size_t i = 0; i < count; ++i) {
        const Kind& kind = kinds[below(random, kinds.size())];
        types_ += static_cast<char>(kind.type);
        metadata_ += from_hex(kind.metadata);
        columns_.push_back({kind.prefix_bytes, kind.bytes});
        if (kind.type == ColumnType::vector) dimensions += static_cast<char>(1 + below(random, 16));
        const unsigned bit = below(random, 2) == 0 ? 1U << (i % 8) : 0U;
        null_bits_[i / 8] = static_cast<char>(static_cast<unsigned char>(null_bits_[i / 8]) | bit);
    }
    if (dimensions.empty()) return;
    base::ByteWriter(optional_metadata_)
        .le(13, 1)
        .length_encoded(dimensions.size())
        .text(dimensions);
}

TableMap RandomTable::map() const {
    TableMap map;
    map.flags = table_map_bit_length_exact_flag;
    map.schema = "random";
    map.table = name_;
    map.column_count = columns_.size();
    map.column_types = base::as_bytes(types_);
    map.metadata = base::as_bytes(metadata_);
    map.null_bits = base::as_bytes(null_bits_);
    map.optional_metadata = base::as_bytes(optional_metadata_);
    return map;
}

OwnedRow RandomTable::row(Random& random) const {
    OwnedRow row;
    for (const Column& column : columns_) {
        OwnedValue value;
        value.null = below(random, 8) == 0;
        if (!value.null) {
            value.prefix_bytes = column.prefix_bytes;
            const bool fixed = column.prefix_bytes == 0;
            const std::size_t bytes = fixed ? column.bytes : below(random, column.bytes + 1);
            base::ByteWriter(value.bytes).le(bytes, column.prefix_bytes);
            value.bytes += random_bytes(random, bytes);
        }
        row.push_back(std::move(value));
    }
    return row;
}

std::string RandomTable::some_columns(Random& random) const {
    const bool all = below(random, 2) == 0;
    std::string bits((columns_.size() + 7) / 8, '\0');
    const std::size_t always = below(random, columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!all && i != always && below(random, 3) == 0) continue;
        bits[i / 8] = static_cast<char>(static_cast<unsigned char>(bits[i / 8]) | 1U << (i % 8));
    }
    return bits;
}

}  // namespace penstock::binlog::test
