// Table pairs: which tables can be compared row by row, and what is already different without
// looking at a row. Pure, any thread.
#pragma once

#include <optional>
#include <vector>

#include "penstock/result.h"
#include "schema/definitions.h"
#include "verify/compare.h"
#include "verify/sides.h"

namespace penstock::verify {

struct TableCase {
    TableReport report;  // with the difference, if there is no pair
    std::optional<TablePair> pair;
};

// Of the tables of both sides, sorted by schema and name.
[[nodiscard]] Result<std::vector<TableCase>> pair_tables(
    const std::vector<schema::TableDefinition>& source,
    const std::vector<schema::TableDefinition>& destination);

}  // namespace penstock::verify
