// GateRow: the task's row in penstock.gate, and the moves of its state.
//
// Every write is a short transaction of its own that begins with the owner's check, and every move
// is conditional on the state it leaves: two processes cannot both make it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gate/gate_state.h"
#include "gate/policy.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::gate {

// Fails if another owner has taken the task over; see ReleaseCallbacks.
using OwnerCheck = std::function<Result<void>(mysql::Connection& open_transaction)>;

struct GateRow {
    std::string task;
    bool migrate_events = true;
    GateState state = GateState::holding;
    bool withdrawing = false;  // a withdrawal has begun and must be finished first
    bool withdrawal_asked = false;
    FencePolicy fence = FencePolicy::events;
    std::string requested_at;  // UTC; empty: no request
    std::string requested_by;
    std::string request_reason;
    std::string opened_at;  // UTC; empty: not open
    std::string opened_by;
    std::string scheduler_before;  // event_scheduler of the source; empty: not fenced by it
    std::string marker;            // the source's GTID set that had to be applied
    std::optional<double> lag_seconds;
    std::optional<std::uint64_t> lag_transactions;
    std::string step;     // the last one begun
    std::string message;  // outcome of the last attempt
    bool snapshot_loaded = false;
    std::uint64_t ignored_statements = 0;
};

[[nodiscard]] std::string gate_table_sql();

// nullopt: the task has none. With `lock_for_share` the row stays as it is until the caller's
// transaction ends.
[[nodiscard]] Result<std::optional<GateRow>> read_gate(mysql::Connection& connection,
                                                       std::string_view task,
                                                       bool lock_for_share = false);

// Runs `body` in a transaction that begins with the check; rolls back on an error.
[[nodiscard]] Result<void> owned_transaction(mysql::Connection& connection, const OwnerCheck& check,
                                             const std::function<Result<void>()>& body);

// Makes the move, with `assignments` ("marker='…'", may be empty) in the same statement. Inside the
// caller's transaction. error_lost_race if the row isn't in state `from`.
[[nodiscard]] Result<GateState> move_gate(mysql::Connection& connection, std::string_view task,
                                          GateState from, GateMove move,
                                          std::string_view assignments = {});

// The single place that opens a gate: conditional on `releasing`, takes who asked from the request.
[[nodiscard]] Result<void> open_gate(mysql::Connection& connection, std::string_view task,
                                     std::string_view message);

}  // namespace penstock::gate
