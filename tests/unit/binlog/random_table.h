// Random tables and rows of them, for property tests: every type that rows can have, values of
// random bytes in the right lengths.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "binlog/row_layout.h"
#include "binlog/table_map.h"

namespace penstock::binlog::test {

using Random = std::mt19937;

inline std::size_t below(Random& random, std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

// A value that owns its bytes.
struct OwnedValue {
    bool present = true;
    bool null = false;
    std::uint8_t prefix_bytes = 0;
    std::string bytes;

    ColumnValue view() const { return {present, null, prefix_bytes, base::as_bytes(bytes)}; }
    bool operator==(const OwnedValue&) const = default;
};
using OwnedRow = std::vector<OwnedValue>;

std::vector<ColumnValue> views_of(const OwnedRow& row);
OwnedRow owned(const std::vector<ColumnValue>& row);
// The row as an image without the other columns has it.
OwnedRow only(const OwnedRow& row, Bytes columns_present);

class RandomTable {
public:
    RandomTable(Random& random, std::string name);

    std::size_t column_count() const { return columns_.size(); }
    // Borrowed from this table.
    TableMap map() const;
    // All columns present, some NULL.
    OwnedRow row(Random& random) const;
    // At least one bit is set.
    std::string some_columns(Random& random) const;

private:
    struct Column {
        std::uint8_t prefix_bytes = 0;
        std::size_t bytes = 0;  // of a fixed width, or at most
    };

    std::string name_;
    std::vector<Column> columns_;
    std::string types_;
    std::string metadata_;
    std::string null_bits_;
    std::string optional_metadata_;
};

}  // namespace penstock::binlog::test
