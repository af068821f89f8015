// Model: a table as a strict server has it. It refuses a missing row, an image that is not the
// row's, and a duplicate in any unique key, after every single row.
#pragma once

#include <string>
#include <vector>

#include "support.h"

namespace penstock::coalesce {

class Model {
public:
    explicit Model(const TestTable& table) : table_(&table) {}

    // Empty, or why a server would refuse the row; then nothing has changed. Images have the
    // columns that the bitmaps name.
    [[nodiscard]] std::string apply(binlog::RowsKind kind, base::Bytes columns_before,
                                    base::Bytes columns_after, base::Bytes before,
                                    base::Bytes after);
    // Rows in any order.
    [[nodiscard]] const std::vector<Cells>& rows() const { return rows_; }
    [[nodiscard]] std::vector<Cells> sorted_rows() const;
    void clear() { rows_.clear(); }

private:
    struct Image {
        Cells cells;
        std::vector<bool> present;
    };

    [[nodiscard]] Image decode(base::Bytes image, base::Bytes columns) const;
    [[nodiscard]] std::string find(const Image& image, std::size_t& row) const;
    // Whether `cells` in place of row `except` would be a duplicate.
    [[nodiscard]] bool is_duplicate(const Cells& cells, std::size_t except) const;

    const TestTable* table_;
    std::vector<Cells> rows_;
};

}  // namespace penstock::coalesce
