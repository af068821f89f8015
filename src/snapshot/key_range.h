// Key ranges in SQL: the conditions by which a table is walked in key order. Pure, any thread.
//
// A position in the walk is the key of a row as a list of literals, one for each key column (see
// key_literal). Row constructors are not used: the server would not use the index for (a, b) > (1,
// 2), so that is written out as a > 1 OR (a = 1 AND b > 2), for which it does. All comparisons are
// made by the server with the column's own collation; the client never orders keys itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "snapshot/table_shape.h"

namespace penstock::snapshot {

using KeyLiterals = std::vector<std::string>;

// Rows behind `position` in key order; "TRUE" for an empty position, the start.
[[nodiscard]] std::string after(const TableShape& table, const KeyLiterals& position);
// Rows up to and including `position`; "TRUE" for an empty position, the end.
[[nodiscard]] std::string up_to(const TableShape& table, const KeyLiterals& position);
// The row at `position`.
[[nodiscard]] std::string at(const TableShape& table, const KeyLiterals& position);
// "`a`, `b`": for ORDER BY.
[[nodiscard]] std::string key_list(const TableShape& table);

// A part of a table by its first key column, an integer: lower <= column < upper; empty is open.
struct PartBounds {
    std::string lower;
    std::string upper;
    friend bool operator==(const PartBounds&, const PartBounds&) = default;
};
[[nodiscard]] std::string inside(const TableShape& table, const PartBounds& bounds);

// As one text for storing: literals hold no ", ".
[[nodiscard]] std::string join_key(const KeyLiterals& literals);
[[nodiscard]] KeyLiterals split_key(std::string_view text);

// " FROM `s`.`t` FORCE INDEX (`PRIMARY`)"
[[nodiscard]] std::string from_clause(const TableShape& table);

}  // namespace penstock::snapshot
