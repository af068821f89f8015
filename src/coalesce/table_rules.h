// TableRules: what the coalescer must know of a table that its rows don't tell. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "binlog/table_map.h"
#include "binlog/value.h"

namespace penstock::coalesce {

struct UniqueKey {
    // Of an index over an expression: the columns that the expression reads, or all.
    std::vector<std::size_t> columns;
    // Whether values that the index takes for the same always have the same bytes, see
    // bytes_decide(). False also for a period WITHOUT OVERLAPS. Such a key costs more removals and
    // writes in place of updates, nothing else.
    bool bytes_decide = false;
    // Whether a NULL in one of the columns takes the row out of the index. False of an expression,
    // which may make a value of it; bytes_decide must be false then.
    bool nulls_are_apart = true;
};

struct TableRules {
    // The columns of a key whose values are unique and never NULL: the primary key, or another one,
    // or a hidden row id. Empty, or with a column that may be NULL: the rows keep their order. Of a
    // part with a prefix, the whole column; its collation doesn't matter (README.md says why).
    std::vector<std::size_t> row_key;
    // Every other unique key.
    std::vector<UniqueKey> unique_keys;
    // Foreign keys tie this table to others or itself, and cascades are in the log. A server that
    // handles foreign keys in SQL (MySQL 9.6) logs what its cascades did to a row, and then what
    // the statement did to it, with the image from before that: seen of a row that refers to itself
    // ON DELETE SET NULL. In a ring of rows ON DELETE CASCADE it logs a removal twice. So images
    // are not compared, as a server doesn't that looks for the key, and a row may be removed again.
    bool has_logged_cascades = false;
    // Not 0: foreign keys tie this table to those with the same number, and what they do to other
    // rows (cascades) is not in the log. The rows of all these tables keep their order. It is 0
    // where cascades are logged and the destination does not check foreign keys.
    std::uint32_t foreign_key_family = 0;
};

// For UniqueKey: false for a part with a prefix, for text in a collation that isn't known to be
// binary without padding, and for FLOAT, DOUBLE and DECIMAL, which may have a zero below zero.
[[nodiscard]] bool bytes_decide(std::span<const binlog::ValueType> types,
                                std::span<const binlog::KeyPart> key);

}  // namespace penstock::coalesce
