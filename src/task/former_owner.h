// FormerOwner: what an earlier owner of a task has left on the destination.
//
// A process that was frozen, or a host that is cut off, may hold a transaction open there: it could
// never commit, because its fence token is old, but its locks would keep the new owner waiting. Its
// connections are found by the attribute that they carry (see mysql::Endpoint::task) and ended.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::task {

// To be called with the run lock held, so that no living owner is hit. `ours` are the ids of this
// process's connections. A server without performance_schema shows none: then only waiting helps.
[[nodiscard]] Result<void> end_former_connections(mysql::Connection& destination,
                                                  std::string_view task,
                                                  const std::vector<std::uint64_t>& ours);

}  // namespace penstock::task
