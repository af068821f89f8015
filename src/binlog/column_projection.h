// ColumnProjection: a table with some of its columns only, or in another order: its map and rows.
//
// Immutable once compiled: any number of threads may use one. It owns its map; views of values
// stay borrowed from where they came from.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "binlog/row_layout.h"
#include "binlog/table_map.h"

namespace penstock::binlog {

class ColumnProjection {
public:
    // `columns` of the map, 0 being the first, in their new order. Error: none, one that the table
    // doesn't have, or one twice.
    [[nodiscard]] static Result<ColumnProjection> compile(const TableMap& map,
                                                          std::span<const std::size_t> columns);

    [[nodiscard]] std::size_t column_count() const { return columns_.size(); }
    // Of the columns that are left. Of the optional metadata it has what servers need, see
    // append_needed_metadata(). Borrowed from this projection.
    [[nodiscard]] TableMap table_map() const;

    // The bits of the columns that are left; `columns_present` has a bit for each of the table's.
    // All may be clear: then nothing of that image is left.
    [[nodiscard]] std::string columns_present(Bytes columns_present) const;
    // The values of the columns that are left, into `projected`; `row` has one for each of the
    // table's.
    void project(std::span<const ColumnValue> row, std::vector<ColumnValue>& projected) const;

private:
    std::uint64_t table_id_ = 0;
    std::uint16_t flags_ = 0;
    std::size_t table_columns_ = 0;
    std::vector<std::size_t> columns_;
    std::string schema_;
    std::string table_;
    std::string types_;
    std::string metadata_;
    std::string null_bits_;
    std::string optional_metadata_;
};

}  // namespace penstock::binlog
