// GateView: what an operator is shown of the gate: plain values, read from the ledger.
//
// One query each for gate and entries; works while the task runs elsewhere. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::gate {

struct EventView {
    std::string schema;
    std::string name;
    std::string state;          // see EntryState
    std::string source_status;  // the wanted final one
    std::string final_status;   // read back on the destination; empty: not released
    std::string schedule;
    std::string definer;
    std::string time_zone;
    std::string sql_mode;
    std::string character_set;
    std::string comment;
    std::string create_sql;  // bytes in character_set
    std::string origin;      // snapshot, stream or catalogue
    bool needs_read = false;
    std::string last_gtid;
    std::uint64_t statements = 0;
    std::string last_executed;  // on the source, in the event's zone
    std::string next_run;       // on the destination, in the event's zone
    std::string released_at;    // UTC
    std::string message;
    std::string error;
    std::string remedy;
};

struct StatementView {
    std::string gtid;
    std::string at;  // UTC
    std::string effect;
    std::string statement;  // its first bytes, in its own character set
};

struct GateView {
    std::string state;  // see GateState
    bool withdrawing = false;
    bool migrate_events = true;
    std::string fence;
    std::string requested_at, requested_by, request_reason;
    std::string opened_at, opened_by;
    std::string marker;
    std::optional<double> lag_seconds;
    std::optional<std::uint64_t> lag_transactions;
    std::string message;
    std::uint64_t ignored_statements = 0;
    std::uint64_t held = 0, ready = 0, released = 0, skipped = 0, failed = 0, dropped = 0;
    std::vector<EventView> events;
};

// nullopt: the task has no gate.
[[nodiscard]] Result<std::optional<GateView>> view_gate(mysql::Connection& destination,
                                                        std::string_view task);

// The statements of the stream about one event, latest first, at most `count_max`.
[[nodiscard]] Result<std::vector<StatementView>> view_statements(mysql::Connection& destination,
                                                                 std::string_view task,
                                                                 std::string_view schema,
                                                                 std::string_view name,
                                                                 std::size_t count_max = 20);

}  // namespace penstock::gate
