// CopyStatement: the SELECT and INSERT by which a table's rows travel. Pure, any thread.
//
// The SELECT's columns are those that can be written, in table order, each JSON column followed by
// its types, then key columns that can't be written (generated ones), which are only needed to know
// the position.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "snapshot/json_stage.h"
#include "snapshot/key_range.h"
#include "snapshot/table_shape.h"

namespace penstock::snapshot {

class CopyStatement {
public:
    explicit CopyStatement(const TableShape& table);

    // One chunk behind `position`: "SELECT … WHERE … ORDER BY … LIMIT …".
    [[nodiscard]] std::string select_chunk(const PartBounds& bounds, const KeyLiterals& position,
                                           std::uint64_t rows) const;
    // The whole table, in whatever order.
    [[nodiscard]] std::string select_all() const;

    // "INSERT INTO `s`.`t` (`a`,`b`) VALUES ", to be followed by rows.
    [[nodiscard]] const std::string& insert_head() const { return insert_head_; }
    // Appends "(1,_binary'x')". Returns how many ENUM values have number 0, the error value that an
    // ENUM keeps of a wrong text: strict sql_mode does not accept it back. Documents that have to
    // be staged are added to `stage`, to be flushed before the INSERT.
    [[nodiscard]] Result<std::size_t> append_row(std::string& out, const mysql::Row& row,
                                                 JsonStage& stage) const;
    // The key of a row as literals.
    [[nodiscard]] KeyLiterals key_of(const std::vector<std::string>& key_values) const;
    // Copies the row's key columns, which are cheap to keep: literals are made only at commits.
    void remember_key(const mysql::Row& row, std::vector<std::string>& key_values) const;

private:
    struct WrittenColumn {
        ColumnKind kind = ColumnKind::integer;
        std::size_t in_row = 0;
    };

    const TableShape& table_;
    std::string select_columns_;
    std::string insert_head_;
    std::vector<WrittenColumn> written_;
    std::vector<std::size_t> key_in_row_;  // where in a row each key column is
};

}  // namespace penstock::snapshot
