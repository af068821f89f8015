// Tables, rows and rows events made by hand, for the tests of coalesce.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "binlog/encoding.h"
#include "binlog/row_layout.h"
#include "coalesce/coalescer.h"

namespace penstock::coalesce {

// What is stored of a column: four bytes of an INT, the bytes of a VARCHAR; nullopt: NULL.
using Cell = std::optional<std::string>;
using Cells = std::vector<Cell>;

[[nodiscard]] Cell number(std::uint32_t value);
[[nodiscard]] Cell text(std::string value);

struct TestColumn {
    bool is_text = false;  // VARCHAR(50) or INT
    bool nullable = false;
};

// `folds`: 'a', 'A' and 'a ' are the same, as in most collations.
struct TestKey {
    std::vector<std::size_t> columns;
    bool folds = false;
};

struct TestTable {
    TestTable(std::string name, std::vector<TestColumn> columns, TestKey row_key,
              std::vector<TestKey> unique_keys, std::uint32_t family = 0);

    [[nodiscard]] TableRules rules() const;
    // Bits of all columns, or of some.
    [[nodiscard]] std::string all() const { return shape.all_columns(); }
    [[nodiscard]] std::string only(const std::vector<std::size_t>& columns) const;
    [[nodiscard]] std::string image(const Cells& row, const std::string& columns_present) const;
    [[nodiscard]] std::string image(const Cells& row) const { return image(row, all()); }

    std::string name;
    std::vector<TestColumn> columns;
    TestKey row_key;  // no column: none
    std::vector<TestKey> unique_keys;
    std::uint32_t family;
    binlog::TableShape shape;
    binlog::RowLayout layout;
};

[[nodiscard]] inline bool has_bit(base::Bytes bits, std::size_t column) {
    return (bits[column / 8] >> column % 8 & 1) != 0;
}

// A rows event that owns its bytes.
struct TestEvent {
    binlog::RowsKind kind = binlog::RowsKind::write;
    std::string columns_before;
    std::string columns_after;
    std::string rows;
    std::uint16_t flags = 0;

    [[nodiscard]] binlog::RowsEvent view(const TestTable& table) const;
};

[[nodiscard]] TestEvent written(const TestTable& table, const std::vector<Cells>& rows);
[[nodiscard]] TestEvent removed(const TestTable& table, const std::vector<Cells>& rows);
[[nodiscard]] TestEvent updated(const TestTable& table,
                                const std::vector<std::pair<Cells, Cells>>& rows);

}  // namespace penstock::coalesce
