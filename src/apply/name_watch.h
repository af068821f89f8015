// NameWatch: looks through the stream, while the full migration runs, for statements after which a
// copied table's name means another table (see overlap.h), so that the task stops then and not when
// the stream is applied, hours later.
#pragma once

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>

#include "penstock/gtid_set.h"
#include "penstock/result.h"
#include "relay/position.h"
#include "relay/relay_log.h"
#include "schema/ddl.h"

namespace penstock::apply {

using TableNames = std::set<std::pair<std::string, std::string>>;  // (schema, table)

// The first of `tables` that the statement renames, swaps or exchanges; nullopt: none. Pure.
[[nodiscard]] std::optional<schema::ObjectName> rebound_table(const schema::Statement& statement,
                                                              const TableNames& tables);

// `where` says which transaction.
[[nodiscard]] tl::unexpected<Error> table_rebound(const schema::ObjectName& table,
                                                  const std::string& where);

// Follows the relay log from `from`, passing over the transactions in `before`, until such a
// statement comes (error_table_rebound) or `stop` is triggered (no error). Blocks; any thread.
[[nodiscard]] Result<void> watch_names(const relay::RelayLog& relay, const relay::Position& from,
                                       const GtidSet& before, const TableNames& tables,
                                       const std::stop_token& stop);

}  // namespace penstock::apply
