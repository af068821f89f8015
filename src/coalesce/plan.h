// Plan: what a group's transactions come to, in the order in which to apply it.
//
// Steps follow each other. Within a step, runs may be applied in any order or mixed, and so may the
// rows of a run that doesn't keep its order. A run's rows are of one table, kind and set of
// columns: they may be packed into one rows event, or several. Views live as the coalescer says.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "binlog/rows.h"

namespace penstock::coalesce {

// Of add_table().
struct TableHandle {
    std::uint32_t index = 0;
};

struct Row {
    base::Bytes before;  // empty: its kind has none
    base::Bytes after;
    std::uint64_t key_hash = 0;  // of the row key; 0 where the images don't have all of it
};

struct Run {
    TableHandle table;
    binlog::RowsKind kind = binlog::RowsKind::write;
    std::uint16_t flags = 0;  // without STMT_END_F; a statement can't mix them
    bool keeps_order = false;
    base::Bytes columns_before;  // a bit per column; empty: its kind has no such image
    base::Bytes columns_after;
    std::span<const Row> rows;
};

struct Step {
    std::span<const Run> runs;
};

struct Plan {
    std::span<const Step> steps;
};

struct Counters {
    std::uint64_t groups = 0;
    std::uint64_t rows_in = 0;
    std::uint64_t rows_out = 0;
    std::uint64_t rows_kept_in_order = 0;  // of rows_in: those that were not coalesced
    std::uint64_t updates_split = 0;       // into a removal and a write, for unique keys
};

}  // namespace penstock::coalesce
