// What `penstock binlog stat` prints.
//
// JSON: { "files": [{"file", "server_version", "bytes"}], "events", "bytes", "transactions",
// "rows",
//   "first_time", "last_time" (RFC 3339 or null), "types": [{"type", "events", "bytes"}],
//   "tables": [{"schema", "table", "inserted", "updated", "deleted", "bytes"}],
//   "compressed": {"transactions", "bytes", "expanded_bytes"},
//   "largest_transaction", "largest_event": {"bytes", "file", "offset"} or null }
#pragma once

#include <string>

#include "inspect/statistics.h"

namespace penstock::cli {

[[nodiscard]] std::string statistics_text(const inspect::Totals& totals);
[[nodiscard]] std::string statistics_json(const inspect::Totals& totals);

}  // namespace penstock::cli
