// Chunk plan: which parts a table is copied in. A large table whose first key column is an integer
// becomes several parts of equal key width, so that several connections share it; every other table
// is one part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "snapshot/key_range.h"

namespace penstock::snapshot {

// `count` parts of equal width over [lowest, highest], fewer if there are fewer values. The first
// is open below and the last open above, so that together they are the whole table whatever is
// written meanwhile. The texts are integers as the server prints them; anything else gives one
// part. Pure.
[[nodiscard]] std::vector<PartBounds> split_range(std::string_view lowest, std::string_view highest,
                                                  std::uint64_t count);

// How many parts a table of that size should have. Pure.
[[nodiscard]] std::uint64_t part_count(const TableShape& table, unsigned connections,
                                       std::uint64_t chunk_rows);

// Asks the source for the key's ends where the table is worth splitting.
[[nodiscard]] Result<std::vector<PartBounds>> plan_parts(mysql::Connection& source,
                                                         const TableShape& table,
                                                         unsigned connections,
                                                         std::uint64_t chunk_rows);

}  // namespace penstock::snapshot
