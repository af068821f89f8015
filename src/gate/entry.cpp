#include "gate/entry.h"

#include <fmt/format.h>
#include <array>

#include "gate/definition_row.h"
#include "gate/errors.h"

namespace penstock::gate {
namespace {

struct StateName {
    EntryState state;
    std::string_view text;
};
constexpr std::array state_names{
    StateName{EntryState::held, "held"},
    StateName{EntryState::ready, "ready"},
    StateName{EntryState::released, "released"},
    StateName{EntryState::skipped_expired, "skipped_expired"},
    StateName{EntryState::conflict, "conflict"},
    StateName{EntryState::failed, "failed"},
    StateName{EntryState::dropped_on_source, "dropped_on_source"},
    StateName{EntryState::ignored, "ignored"},
};

constexpr std::string_view own_columns =
    "schedule_text, state, origin, needs_read, last_gtid, statements, created_here, error, "
    "remedy, message, final_status, next_run, released_at";

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

Result<Entry> entry_from(const mysql::ResultSet& rows, std::size_t row) {
    Entry entry;
    entry.definition = definition_from(rows.row(row));
    std::size_t at = definition_column_count();
    const auto next = [&] { return rows.text(row, at++); };
    entry.schedule_text = next();
    const std::string state = next();
    const std::optional<EntryState> known = entry_state(state);
    if (!known) {
        return fail(ErrorKind::definite, error_bad_ledger,
                    fmt::format("ledger: {} has the unknown state \"{}\"",
                                display_name(entry.definition), state));
    }
    entry.state = *known;
    entry.origin = next();
    entry.needs_read = next() == "1";
    entry.last_gtid = next();
    entry.statements = std::strtoull(next().c_str(), nullptr, 10);
    entry.created_here = next() == "1";
    entry.error = next();
    entry.remedy = next();
    entry.message = next();
    entry.final_status = next();
    entry.next_run = next();
    entry.released_at = next();
    return entry;
}

Result<std::vector<Entry>> read_where(mysql::Connection& connection, const std::string& condition,
                                      Lock lock) {
    PENSTOCK_ASSIGN(
        const mysql::ResultSet rows,
        connection.query(fmt::format("SELECT {}, {} FROM penstock.scheduled_event WHERE {} "
                                     "ORDER BY source_schema, source_name{}",
                                     definition_column_names(), own_columns, condition,
                                     lock == Lock::update ? " FOR UPDATE" : "")));
    std::vector<Entry> entries;
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        PENSTOCK_ASSIGN(Entry entry, entry_from(rows, row));
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace

std::string_view to_string(EntryState state) {
    for (const StateName& name : state_names) {
        if (name.state == state) return name.text;
    }
    return "?";
}

std::optional<EntryState> entry_state(std::string_view text) {
    for (const StateName& name : state_names) {
        if (name.text == text) return name.state;
    }
    return std::nullopt;
}

bool is_pending(EntryState state) {
    return state == EntryState::held || state == EntryState::ready ||
           state == EntryState::conflict || state == EntryState::failed;
}

std::string entry_table_sql() {
    return fmt::format(
        "CREATE TABLE IF NOT EXISTS penstock.scheduled_event ("
        "task VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, {}, "
        "schedule_text TEXT NOT NULL, "
        "state VARCHAR(32) NOT NULL, "
        "origin VARCHAR(16) NOT NULL, "
        "needs_read TINYINT NOT NULL, "
        "last_gtid VARCHAR(128) NOT NULL, "
        "statements BIGINT UNSIGNED NOT NULL, "
        "created_here TINYINT NOT NULL, "
        "error TEXT NOT NULL, "
        "remedy TEXT NOT NULL, "
        "message TEXT NOT NULL, "
        "final_status VARCHAR(32) NOT NULL, "
        "next_run VARCHAR(32) NOT NULL, "
        "released_at VARCHAR(32) NOT NULL, "
        "PRIMARY KEY (task, source_schema, source_name)"
        ") ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4",
        definition_table_columns());
}

Result<std::vector<Entry>> read_entries(mysql::Connection& connection, std::string_view task,
                                        Lock lock) {
    return read_where(connection, "task=" + literal(task), lock);
}

Result<std::optional<Entry>> read_entry(mysql::Connection& connection, std::string_view task,
                                        std::string_view schema, std::string_view name, Lock lock) {
    PENSTOCK_ASSIGN(std::vector<Entry> entries,
                    read_where(connection, key_condition(task, schema, name), lock));
    if (entries.empty()) return std::nullopt;
    return std::optional<Entry>(std::move(entries.front()));
}

Result<void> write_entry(mysql::Connection& connection, std::string_view task, const Entry& entry) {
    PENSTOCK_TRY(connection.execute(fmt::format(
        "REPLACE INTO penstock.scheduled_event (task, {}, {}) VALUES ({}, {}, {}, {}, {}, {}, {}, "
        "{}, {}, {}, {}, {}, {}, {}, {})",
        definition_column_names(), own_columns, literal(task), definition_values(entry.definition),
        literal(entry.schedule_text), literal(to_string(entry.state)), literal(entry.origin),
        entry.needs_read ? 1 : 0, literal(entry.last_gtid), entry.statements,
        entry.created_here ? 1 : 0, literal(entry.error), literal(entry.remedy),
        literal(entry.message), literal(entry.final_status), literal(entry.next_run),
        literal(entry.released_at))));
    return {};
}

Result<void> delete_entry(mysql::Connection& connection, std::string_view task,
                          std::string_view schema, std::string_view name) {
    PENSTOCK_TRY(connection.execute("DELETE FROM penstock.scheduled_event WHERE " +
                                    key_condition(task, schema, name)));
    return {};
}

std::string schedule_text(const schema::ScheduledEventDefinition& definition) {
    if (definition.execute_at) return "AT " + *definition.execute_at;
    std::string text = fmt::format("EVERY {} {}", definition.interval_value.value_or("?"),
                                   definition.interval_field.value_or("?"));
    if (definition.starts) text += " STARTS " + *definition.starts;
    if (definition.ends) text += " ENDS " + *definition.ends;
    return text;
}

}  // namespace penstock::gate
