// Ledger::hold: what a statement of the stream does to the ledger.
#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "gate/definition_row.h"
#include "gate/entry.h"
#include "gate/errors.h"
#include "gate/gate_row.h"
#include "gate/ledger.h"
#include "gate/stream_names.h"

namespace penstock::gate {
namespace {

using schema::ObjectName;
using schema::ScheduledEventDefinition;
using schema::StreamStatement;
using schema::Verb;

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

// The server's own drop of an event after its last run: written without a blank between EXISTS and
// the quoted name, which a client is not likely to do, and only for events that end.
bool is_completion(const StreamStatement& stream, const Entry& entry) {
    const ScheduledEventDefinition& d = entry.definition;
    const bool can_end = d.type == "ONE TIME" || d.ends.has_value() || entry.needs_read;
    return can_end && d.on_completion != "PRESERVE" &&
           stream.sql.find("EXISTS`") != std::string::npos;
}

std::string display(const ScheduleText& schedule) {
    if (!schedule.at.empty()) return "AT " + schedule.at;
    std::string text = "EVERY " + schedule.every;
    if (!schedule.starts.empty()) text += " STARTS " + schedule.starts;
    if (!schedule.ends.empty()) text += " ENDS " + schedule.ends;
    return text;
}

// One statement being written down.
class Holding {
public:
    Holding(mysql::Connection& connection, const LedgerOptions& options,
            const StreamStatement& stream)
        : connection_(connection), options_(options), stream_(stream) {}

    Result<HoldEffect> scheduled_event();
    Result<HoldEffect> drop_schema(const std::string& schema);

private:
    [[nodiscard]] bool selected(const std::string& schema) const {
        return std::find(options_.databases.begin(), options_.databases.end(), schema) !=
               options_.databases.end();
    }
    Result<bool> already_held();
    Result<HoldEffect> finish(HoldEffect effect, const ObjectName& name);
    Result<EventStatement> read_statement();

    Result<HoldEffect> apply(const EventStatement& statement);
    Result<HoldEffect> create(const EventStatement& statement, std::optional<Entry> known);
    Result<HoldEffect> alter(const EventStatement& statement, std::optional<Entry> known);
    Result<HoldEffect> rename(const EventStatement& statement, Entry entry);
    Result<HoldEffect> drop(std::optional<Entry> known);
    Result<HoldEffect> too_late(const EventStatement& statement, std::optional<Entry> known);

    Result<void> overlay(Entry& entry, const EventStatement& statement);
    Result<void> overlay_character_sets(Entry& entry);
    Result<void> write(Entry& entry);

    mysql::Connection& connection_;
    const LedgerOptions& options_;
    const StreamStatement& stream_;
};

Result<bool> Holding::already_held() {
    PENSTOCK_ASSIGN(
        const std::optional<std::string> found,
        connection_.query_value(fmt::format(
            "SELECT 1 FROM penstock.scheduled_event_statement WHERE task={} AND gtid={}",
            literal(options_.task), literal(stream_.gtid))));
    return found.has_value();
}

// Writes the statement itself down, and cuts the history to its limit.
Result<HoldEffect> Holding::finish(HoldEffect effect, const ObjectName& name) {
    constexpr std::size_t statement_bytes_max = 4096;
    constexpr std::uint64_t statements_kept_max = 10'000;
    PENSTOCK_TRY(connection_.execute(fmt::format(
        "INSERT INTO penstock.scheduled_event_statement (task, gtid, source_file, source_position, "
        "statement_at, effect, source_schema, source_name, statement) VALUES ({}, {}, {}, {}, "
        "TIMESTAMPADD(MICROSECOND, {}, '1970-01-01'), {}, {}, {}, {})",
        literal(options_.task), literal(stream_.gtid), literal(stream_.source_file),
        stream_.source_position, stream_.timestamp_us, literal(to_string(effect)),
        literal(name.schema), literal(name.name),
        "x'" + base::to_hex(std::string_view(stream_.sql).substr(0, statement_bytes_max)) + "'")));
    PENSTOCK_TRY(connection_.execute(
        fmt::format("DELETE FROM penstock.scheduled_event_statement WHERE task={} AND "
                    "sequence + {} <= LAST_INSERT_ID()",
                    literal(options_.task), statements_kept_max)));
    if (effect == HoldEffect::ignored) {
        PENSTOCK_TRY(connection_.execute(fmt::format(
            "UPDATE penstock.gate SET ignored_statements=ignored_statements+1 WHERE task={}",
            literal(options_.task))));
    }
    return effect;
}

Result<EventStatement> Holding::read_statement() {
    PENSTOCK_ASSIGN(EventStatement statement,
                    parse_event_statement(stream_.sql, stream_.default_schema,
                                          schema::lexical_mode(stream_.sql_mode.value_or(0))));
    std::vector<std::string*> texts{&statement.name.name};
    // The default schema is utf8 already; one that is typed is as the client wrote it.
    if (statement.name.schema != stream_.default_schema) texts.push_back(&statement.name.schema);
    if (statement.comment) texts.push_back(&*statement.comment);
    if (statement.definer) {
        texts.push_back(&statement.definer->user);
        texts.push_back(&statement.definer->host);
    }
    if (statement.rename_to) {
        texts.push_back(&statement.rename_to->name);
        if (statement.rename_to->schema != stream_.default_schema) {
            texts.push_back(&statement.rename_to->schema);
        }
    }
    if (statement.schedule) {
        for (std::string* text : {&statement.schedule->at, &statement.schedule->every,
                                  &statement.schedule->starts, &statement.schedule->ends}) {
            texts.push_back(text);
        }
    }
    for (std::string* text : texts) {
        PENSTOCK_ASSIGN(*text, in_utf8(connection_, stream_, *text));
    }
    return statement;
}

Result<HoldEffect> Holding::scheduled_event() {
    PENSTOCK_ASSIGN(const bool held, already_held());
    if (held) return HoldEffect::already_held;
    PENSTOCK_ASSIGN(const EventStatement statement, read_statement());
    PENSTOCK_ASSIGN(const HoldEffect effect, apply(statement));
    return finish(effect, statement.name);
}

Result<HoldEffect> Holding::apply(const EventStatement& statement) {
    const bool concerns = selected(statement.name.schema) ||
                          (statement.rename_to && selected(statement.rename_to->schema));
    if (!concerns || !options_.migrate_events) return HoldEffect::ignored;
    // The gate can't open between this look and the caller's commit.
    PENSTOCK_ASSIGN(const std::optional<GateRow> gate, read_gate(connection_, options_.task, true));
    if (!gate) {
        return fail(ErrorKind::definite, error_no_gate,
                    fmt::format("task \"{}\" has no event gate on the destination", options_.task),
                    "Start the task with `penstock run` first");
    }
    PENSTOCK_ASSIGN(std::optional<Entry> known,
                    read_entry(connection_, options_.task, statement.name.schema,
                               statement.name.name, Lock::update));
    const bool released = known && known->state == EntryState::released;
    // A release under way goes on with the definition it has; if it is withdrawn, it reads again.
    const bool merely_altered = known && known->state == EntryState::ready &&
                                statement.verb == Verb::alter && !statement.rename_to;
    if (gate->state == GateState::open || released || merely_altered) {
        return too_late(statement, std::move(known));
    }
    switch (statement.verb) {
        case Verb::create:
            return create(statement, std::move(known));
        case Verb::alter:
            return alter(statement, std::move(known));
        default:
            return drop(std::move(known));
    }
}

Result<void> Holding::overlay_character_sets(Entry& entry) {
    schema::CreationContext& context = entry.definition.context;
    if (stream_.character_set_client) {
        PENSTOCK_ASSIGN(const CollationName name,
                        collation_name(connection_, *stream_.character_set_client));
        context.character_set_client = name.character_set;
    }
    if (stream_.collation_connection) {
        PENSTOCK_ASSIGN(const CollationName name,
                        collation_name(connection_, *stream_.collation_connection));
        context.collation_connection = name.collation;
    }
    if (stream_.collation_database) {
        PENSTOCK_ASSIGN(const CollationName name,
                        collation_name(connection_, *stream_.collation_database));
        context.database_collation = name.collation;
    }
    return {};
}

// What the statement says replaces what was known. An ALTER that names no definer makes the account
// that issued it the definer; character sets follow each statement, sql_mode only one that has a
// body, the time zone only one that has a schedule.
Result<void> Holding::overlay(Entry& entry, const EventStatement& statement) {
    ScheduledEventDefinition& d = entry.definition;
    if (statement.definer) {
        d.definer = statement.definer->user + "@" + statement.definer->host;
    } else if (stream_.invoker_user) {
        d.definer = *stream_.invoker_user + "@" + stream_.invoker_host.value_or("");
    }
    PENSTOCK_TRY(overlay_character_sets(entry));
    if (statement.body_offset) {
        d.create_sql = stream_.sql;
        if (stream_.sql_mode) d.context.sql_mode = schema::sql_mode_text(*stream_.sql_mode);
    }
    if (statement.schedule) {
        d.time_zone = stream_.time_zone.value_or("SYSTEM");
        d.type = statement.schedule->at.empty() ? "RECURRING" : "ONE TIME";
        d.execute_at.reset();
        d.interval_value.reset();
        d.interval_field.reset();
        d.starts.reset();
        d.ends.reset();
        entry.schedule_text = display(*statement.schedule);
    }
    if (statement.preserve) d.on_completion = *statement.preserve ? "PRESERVE" : "NOT PRESERVE";
    if (statement.status) d.status = to_string(*statement.status);
    if (statement.comment) d.comment = *statement.comment;
    entry.needs_read = true;
    return {};
}

Result<void> Holding::write(Entry& entry) {
    entry.last_gtid = stream_.gtid;
    ++entry.statements;
    return write_entry(connection_, options_.task, entry);
}

Result<HoldEffect> Holding::create(const EventStatement& statement, std::optional<Entry> known) {
    const bool exists = known && is_pending(known->state);
    if (exists && statement.if_not_exists) return HoldEffect::unchanged;
    Entry entry;
    entry.definition.schema = statement.name.schema;
    entry.definition.name = statement.name.name;
    entry.definition.status = to_string(EventStatus::enabled);
    entry.definition.on_completion = "NOT PRESERVE";
    entry.origin = "stream";
    if (known) {
        entry.statements = known->statements;
        entry.created_here = known->created_here;
    }
    if (exists && !statement.or_replace) {
        entry.message = "created anew on the source without a logged drop before";
    }
    PENSTOCK_TRY(overlay(entry, statement));
    PENSTOCK_TRY(write(entry));
    return HoldEffect::created;
}

Result<HoldEffect> Holding::alter(const EventStatement& statement, std::optional<Entry> known) {
    Entry entry;
    if (known && is_pending(known->state)) {
        entry = std::move(*known);
    } else {
        if (statement.if_exists && selected(statement.name.schema)) return HoldEffect::unchanged;
        // It exists, or ALTER would not have been logged: it was made without logging, or comes
        // from a database that isn't selected.
        entry.definition.schema = statement.name.schema;
        entry.definition.name = statement.name.name;
        entry.definition.status = to_string(EventStatus::enabled);
        entry.origin = "stream";
        entry.message = "first seen in an ALTER EVENT; its definition is read at the release";
    }
    entry.state = EntryState::held;
    entry.error.clear();
    entry.remedy.clear();
    PENSTOCK_TRY(overlay(entry, statement));
    if (statement.rename_to) return rename(statement, std::move(entry));
    PENSTOCK_TRY(write(entry));
    return HoldEffect::altered;
}

Result<HoldEffect> Holding::rename(const EventStatement& statement, Entry entry) {
    const ObjectName& to = *statement.rename_to;
    const std::string old_name = display_name(entry.definition);
    if (!selected(to.schema)) {
        entry.state = EntryState::dropped_on_source;
        entry.message = fmt::format("moved to {}.{}, which is not selected", to.schema, to.name);
        PENSTOCK_TRY(write(entry));
        return HoldEffect::dropped;
    }
    PENSTOCK_ASSIGN(const std::optional<Entry> in_the_way,
                    read_entry(connection_, options_.task, to.schema, to.name, Lock::update));
    const bool same = in_the_way && in_the_way->definition.schema == entry.definition.schema &&
                      in_the_way->definition.name == entry.definition.name;
    if (in_the_way && !same && is_pending(in_the_way->state)) {
        return fail(ErrorKind::definite, error_name_taken,
                    fmt::format("ALTER EVENT {} RENAME TO {}.{}: that name is held already (GTID "
                                "{})",
                                old_name, to.schema, to.name, stream_.gtid),
                    "An unlogged drop on the source: drop it there with logging, or start anew");
    }
    if (entry.created_here) {  // a rehearsal's leftover has the old name: remember to drop it
        Entry old = entry;
        old.state = EntryState::dropped_on_source;
        old.message = fmt::format("renamed to {}.{}", to.schema, to.name);
        PENSTOCK_TRY(write_entry(connection_, options_.task, old));
    } else if (selected(statement.name.schema)) {
        PENSTOCK_TRY(delete_entry(connection_, options_.task, entry.definition.schema,
                                  entry.definition.name));
    }
    entry.created_here = in_the_way && in_the_way->created_here;
    entry.definition.schema = to.schema;
    entry.definition.name = to.name;
    entry.message = "was " + old_name;
    PENSTOCK_TRY(write(entry));
    return HoldEffect::renamed;
}

Result<HoldEffect> Holding::drop(std::optional<Entry> known) {
    if (!known || !is_pending(known->state)) return HoldEffect::unchanged;
    const bool completed = is_completion(stream_, *known);
    known->state = EntryState::dropped_on_source;
    known->message = completed ? "completed on the source and dropped by it after the last run"
                               : "dropped on the source";
    PENSTOCK_TRY(write(*known));
    return completed ? HoldEffect::completed : HoldEffect::dropped;
}

// The destination's copy is on its own now: the change is reported, never applied.
Result<HoldEffect> Holding::too_late(const EventStatement& statement, std::optional<Entry> known) {
    const std::string_view verb = statement.verb == Verb::create  ? "created"
                                  : statement.verb == Verb::alter ? "altered"
                                                                  : "dropped";
    if (!known) {
        if (statement.verb == Verb::drop) return HoldEffect::too_late;
        known.emplace();
        known->definition.schema = statement.name.schema;
        known->definition.name = statement.name.name;
        known->definition.status = to_string(EventStatus::enabled);
        known->origin = "stream";
        known->state = EntryState::ignored;
        PENSTOCK_TRY(overlay(*known, statement));
    }
    known->needs_read = true;
    known->message =
        fmt::format("{} on the source after the events were migrated (GTID {}): not applied here",
                    verb, stream_.gtid);
    PENSTOCK_TRY(write(*known));
    return HoldEffect::too_late;
}

Result<HoldEffect> Holding::drop_schema(const std::string& schema) {
    PENSTOCK_ASSIGN(const bool held, already_held());
    if (held) return HoldEffect::already_held;
    if (!selected(schema) || !options_.migrate_events) return HoldEffect::unchanged;
    PENSTOCK_ASSIGN(std::vector<Entry> entries,
                    read_entries(connection_, options_.task, Lock::update));
    bool any = false;
    for (Entry& entry : entries) {
        const bool gone = entry.state == EntryState::ready || entry.state == EntryState::released ||
                          is_pending(entry.state);
        if (entry.definition.schema != schema || !gone) continue;
        entry.state = EntryState::dropped_on_source;
        entry.created_here = false;  // the destination's copy goes with the schema
        entry.message = "dropped with its database";
        PENSTOCK_TRY(write(entry));
        any = true;
    }
    if (!any) return HoldEffect::unchanged;
    return finish(HoldEffect::dropped, {schema, {}});
}

}  // namespace

Result<HoldEffect> Ledger::hold(mysql::Connection& open_transaction, const StreamStatement& stream,
                                const schema::Statement& statement) {
    Holding holding(open_transaction, options_, stream);
    if (statement.kind == schema::StatementClass::scheduled_event) return holding.scheduled_event();
    const bool drops_schema = statement.kind == schema::StatementClass::database &&
                              statement.verb == Verb::drop && !statement.objects.empty();
    if (!drops_schema) return HoldEffect::unchanged;
    PENSTOCK_ASSIGN(const std::string schema,
                    in_utf8(open_transaction, stream, statement.objects.front().schema));
    return holding.drop_schema(schema);
}

}  // namespace penstock::gate
