#include "gate/gate_view.h"

#include <fmt/format.h>
#include <utility>

#include "gate/definition_row.h"
#include "gate/entry.h"
#include "gate/gate_row.h"

namespace penstock::gate {
namespace {

EventView view_of(const Entry& entry) {
    const schema::ScheduledEventDefinition& d = entry.definition;
    EventView view;
    view.schema = d.schema;
    view.name = d.name;
    view.state = to_string(entry.state);
    view.source_status = d.status;
    view.final_status = entry.final_status;
    view.schedule = entry.schedule_text;
    view.definer = d.definer;
    view.time_zone = d.time_zone;
    view.sql_mode = d.context.sql_mode;
    view.character_set = d.context.character_set_client;
    view.comment = d.comment;
    view.create_sql = d.create_sql;
    view.origin = entry.origin;
    view.needs_read = entry.needs_read;
    view.last_gtid = entry.last_gtid;
    view.statements = entry.statements;
    view.last_executed = d.last_executed.value_or("");
    view.next_run = entry.next_run;
    view.released_at = entry.released_at;
    view.message = entry.message;
    view.error = entry.error;
    view.remedy = entry.remedy;
    return view;
}

void count(GateView& view, EntryState state) {
    switch (state) {
        case EntryState::held:
            ++view.held;
            break;
        case EntryState::ready:
            ++view.ready;
            break;
        case EntryState::released:
            ++view.released;
            break;
        case EntryState::skipped_expired:
            ++view.skipped;
            break;
        case EntryState::conflict:
        case EntryState::failed:
            ++view.failed;
            break;
        case EntryState::dropped_on_source:
            ++view.dropped;
            break;
        case EntryState::ignored:
            break;
    }
}

}  // namespace

Result<std::optional<GateView>> view_gate(mysql::Connection& destination, std::string_view task) {
    PENSTOCK_ASSIGN(std::optional<GateRow> gate, read_gate(destination, task));
    if (!gate) return std::nullopt;
    GateView view;
    view.state = to_string(gate->state);
    view.withdrawing = gate->withdrawing;
    view.migrate_events = gate->migrate_events;
    view.fence = to_string(gate->fence);
    view.requested_at = std::move(gate->requested_at);
    view.requested_by = std::move(gate->requested_by);
    view.request_reason = std::move(gate->request_reason);
    view.opened_at = std::move(gate->opened_at);
    view.opened_by = std::move(gate->opened_by);
    view.marker = std::move(gate->marker);
    view.lag_seconds = gate->lag_seconds;
    view.lag_transactions = gate->lag_transactions;
    view.message = std::move(gate->message);
    view.ignored_statements = gate->ignored_statements;
    PENSTOCK_ASSIGN(const std::vector<Entry> entries, read_entries(destination, task));
    for (const Entry& entry : entries) {
        count(view, entry.state);
        view.events.push_back(view_of(entry));
    }
    return std::optional<GateView>(std::move(view));
}

Result<std::vector<StatementView>> view_statements(mysql::Connection& destination,
                                                   std::string_view task, std::string_view schema,
                                                   std::string_view name, std::size_t count_max) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    destination.query(fmt::format(
                        "SELECT gtid, CAST(statement_at AS CHAR), effect, statement FROM "
                        "penstock.scheduled_event_statement WHERE {} ORDER BY sequence DESC LIMIT "
                        "{}",
                        key_condition(task, schema, name), count_max)));
    std::vector<StatementView> statements;
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        statements.push_back(
            {rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3)});
    }
    return statements;
}

}  // namespace penstock::gate
