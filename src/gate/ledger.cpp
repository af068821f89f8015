#include "gate/ledger.h"

#include <fmt/format.h>
#include <utility>

#include "gate/definition_row.h"
#include "gate/entry.h"
#include "gate/errors.h"
#include "gate/gate_row.h"

namespace penstock::gate {
namespace {

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

std::string statement_table_sql() {
    return "CREATE TABLE IF NOT EXISTS penstock.scheduled_event_statement ("
           "sequence BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, "
           "task VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
           "gtid VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
           "source_file VARCHAR(512) NOT NULL, "
           "source_position BIGINT UNSIGNED NOT NULL, "
           "statement_at DATETIME(6) NOT NULL, "
           "effect VARCHAR(16) NOT NULL, "
           "source_schema VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, "
           "source_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL, "
           // The first bytes of it, in its own character set: for people.
           "statement BLOB NOT NULL, "
           "UNIQUE KEY (task, gtid), KEY (task, source_schema, source_name)"
           ") ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4";
}

std::string fence_table_sql() {
    return fmt::format(
        "CREATE TABLE IF NOT EXISTS penstock.scheduled_event_fence ("
        "task VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, {}, "
        // 0: about to be disabled; 1: it is, and these were its times then.
        "fenced TINYINT NOT NULL DEFAULT 0, "
        "fenced_last_altered VARCHAR(32) NOT NULL DEFAULT '', "
        "PRIMARY KEY (task, source_schema, source_name)"
        ") ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4",
        definition_table_columns());
}

// Why a conditional update of the request matched nothing.
tl::unexpected<Error> refusal(const GateRow& gate) {
    if (gate.state == GateState::open) {
        return fail(
            ErrorKind::refused, error_already_open,
            fmt::format("the events of task \"{}\" were migrated at {} UTC, asked for by {}",
                        gate.task, gate.opened_at, gate.opened_by),
            "Nothing to do: events are migrated once per task");
    }
    if (!gate.migrate_events) {
        return fail(ErrorKind::refused, error_no_gate,
                    fmt::format("task \"{}\" does not migrate events", gate.task),
                    "Set migrate_events = true in a new task");
    }
    return fail(ErrorKind::refused, error_release_pending,
                fmt::format("a release of the events of task \"{}\" was asked for at {} UTC by {} "
                            "and is {}",
                            gate.task, gate.requested_at, gate.requested_by, to_string(gate.state)),
                "Wait for it; the task must be running to carry it out");
}

tl::unexpected<Error> no_gate(std::string_view task) {
    return fail(ErrorKind::definite, error_no_gate,
                fmt::format("task \"{}\" has no event gate on the destination", task),
                "Start the task with `penstock run` first");
}

}  // namespace

std::string_view to_string(HoldEffect effect) {
    switch (effect) {
        case HoldEffect::created:
            return "created";
        case HoldEffect::altered:
            return "altered";
        case HoldEffect::renamed:
            return "renamed";
        case HoldEffect::dropped:
            return "dropped";
        case HoldEffect::completed:
            return "completed";
        case HoldEffect::unchanged:
            return "unchanged";
        case HoldEffect::ignored:
            return "ignored";
        case HoldEffect::too_late:
            return "too_late";
        case HoldEffect::already_held:
            return "already_held";
    }
    return "?";
}

Ledger::Ledger(LedgerOptions options) : options_(std::move(options)) {}

Result<void> Ledger::prepare(mysql::Connection& destination) {
    for (const std::string& table :
         {gate_table_sql(), entry_table_sql(), statement_table_sql(), fence_table_sql()}) {
        PENSTOCK_TRY(destination.execute(table));
    }
    PENSTOCK_TRY(destination.execute(
        fmt::format("INSERT INTO penstock.gate (task, migrate_events, fence) VALUES ({}, {}, {}) "
                    "ON DUPLICATE KEY UPDATE task=task",
                    literal(options_.task), options_.migrate_events ? 1 : 0,
                    literal(to_string(options_.fence)))));
    // The fence may be chosen anew while nothing is fenced.
    PENSTOCK_TRY(destination.execute(fmt::format(
        "UPDATE penstock.gate SET fence={} WHERE task={} AND state='holding' AND withdrawing=0",
        literal(to_string(options_.fence)), literal(options_.task))));
    return {};
}

Result<void> Ledger::load_snapshot(mysql::Connection& open_transaction,
                                   const std::vector<schema::ScheduledEventDefinition>& definitions,
                                   std::string_view gtid_set) {
    const std::string task = literal(options_.task);
    PENSTOCK_ASSIGN(
        const std::optional<std::string> loaded,
        open_transaction.query_value(fmt::format(
            "SELECT snapshot_loaded FROM penstock.gate WHERE task={} FOR UPDATE", task)));
    if (!loaded) return no_gate(options_.task);
    if (*loaded == "1") return {};
    PENSTOCK_TRY(
        open_transaction.execute("DELETE FROM penstock.scheduled_event WHERE task=" + task));
    for (const schema::ScheduledEventDefinition& definition : definitions) {
        Entry entry;
        entry.definition = definition;
        entry.schedule_text = schedule_text(definition);
        entry.state = options_.migrate_events ? EntryState::held : EntryState::ignored;
        entry.origin = "snapshot";
        PENSTOCK_TRY(write_entry(open_transaction, options_.task, entry));
    }
    PENSTOCK_TRY(open_transaction.execute(fmt::format(
        "UPDATE penstock.gate SET snapshot_loaded=1, snapshot_gtid_set={} WHERE task={}",
        literal(gtid_set), task)));
    return {};
}

Result<void> request_release(mysql::Connection& destination, std::string_view task,
                             std::string_view by, std::string_view reason) {
    PENSTOCK_ASSIGN(const std::uint64_t matched,
                    destination.execute(fmt::format(
                        "UPDATE penstock.gate SET requested_at=UTC_TIMESTAMP(6), requested_by={}, "
                        "request_reason={}, withdrawal_asked=0, message='' WHERE task={} AND "
                        "state IN ('holding', 'failed') AND requested_at IS NULL AND "
                        "withdrawing=0 AND migrate_events=1",
                        literal(by), literal(reason), literal(task))));
    if (matched == 1) return {};
    PENSTOCK_ASSIGN(const std::optional<GateRow> gate, read_gate(destination, task));
    if (!gate) return no_gate(task);
    return refusal(*gate);
}

Result<void> request_withdrawal(mysql::Connection& destination, std::string_view task) {
    PENSTOCK_ASSIGN(const std::uint64_t matched,
                    destination.execute(
                        fmt::format("UPDATE penstock.gate SET withdrawal_asked=1 WHERE task={} AND "
                                    "requested_at IS NOT NULL AND state NOT IN ('open', 'failed')",
                                    literal(task))));
    if (matched == 1) return {};
    PENSTOCK_ASSIGN(const std::optional<GateRow> gate, read_gate(destination, task));
    if (!gate) return no_gate(task);
    if (gate->state == GateState::open) return refusal(*gate);
    return fail(ErrorKind::refused, error_no_gate,
                fmt::format("task \"{}\": no release is under way (the gate is {})", task,
                            to_string(gate->state)));
}

}  // namespace penstock::gate
