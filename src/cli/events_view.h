// The event gate and its ledger as text and JSON. Pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "gate/gate_view.h"

namespace penstock::cli {

// A table: name, state, wanted status, schedule, definer, next run.
[[nodiscard]] std::vector<std::string> events_table(const gate::GateView& gate);
// All that is known of one, with its CREATE statement.
[[nodiscard]] std::string event_text(const gate::EventView& event);
// "gate holding", with who asked for the release, and what came of it.
[[nodiscard]] std::string gate_text(const gate::GateView& gate);

// { "gate": { "state", "requested_at", "requested_by", "reason", "opened_at", "opened_by",
//             "lag_transactions", "lag_seconds", "marker", "message" },
//   "events": [ { "name", "schema", "event", "state", "wanted_status", "status", "definer",
//                 "time_zone", "schedule", "origin", "statements", "last_gtid", "next_run",
//                 "last_executed", "released_at", "error", "remedy", "message",
//                 "create_sql" } ] }
// Texts that are not there are null.
[[nodiscard]] std::string events_json(const gate::GateView& gate);

}  // namespace penstock::cli
