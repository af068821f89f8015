// The part of the catalogue that reads scheduled events.
#include <charconv>
#include <iterator>

#include "schema/catalogue.h"
#include "schema/catalogue_reading.h"
#include "schema/errors.h"
#include "schema/mixed_text.h"

namespace penstock::schema {

namespace {

using mysql::Connection;
using mysql::ResultSet;

constexpr std::string_view select_events =
    "SELECT EVENT_NAME, DEFINER, TIME_ZONE, STATUS, EVENT_TYPE, ON_COMPLETION, EVENT_COMMENT,"
    " LAST_ALTERED, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS, LAST_EXECUTED,"
    " ORIGINATOR, EVENT_SCHEMA FROM information_schema.EVENTS WHERE EVENT_SCHEMA=";

std::optional<std::string> optional_text(const ResultSet& rows, std::size_t row,
                                         std::size_t column) {
    const mysql::Value& value = rows.row(row)[column];
    if (!value) return std::nullopt;
    return std::string(*value);
}

ScheduledEventDefinition from_row(const ResultSet& rows, std::size_t i) {
    ScheduledEventDefinition found;
    found.name = rows.text(i, 0);
    found.definer = rows.text(i, 1);
    found.time_zone = rows.text(i, 2);
    found.status = rows.text(i, 3);
    found.type = rows.text(i, 4);
    found.on_completion = rows.text(i, 5);
    found.comment = rows.text(i, 6);
    found.last_altered = rows.text(i, 7);
    found.execute_at = optional_text(rows, i, 8);
    found.interval_value = optional_text(rows, i, 9);
    found.interval_field = optional_text(rows, i, 10);
    found.starts = optional_text(rows, i, 11);
    found.ends = optional_text(rows, i, 12);
    found.last_executed = optional_text(rows, i, 13);
    const std::string originator = rows.text(i, 14);
    std::from_chars(originator.data(), originator.data() + originator.size(), found.originator);
    found.schema = rows.text(i, 15);
    return found;
}

// An account without the EVENT right is shown a statement that ends behind DO.
Result<void> refuse_empty_body(const ScheduledEventDefinition& found, std::string_view sql) {
    const LexicalMode mode = lexical_mode_of_names(found.context.sql_mode);
    const Result<std::vector<TextRange>> ranges =
        utf8_ranges(MixedKind::scheduled_event, sql, mode);
    if (ranges && ranges->back().end < sql.size()) return {};
    return fail(ErrorKind::refused, error_unreadable,
                "the body of scheduled event " + mysql::quote_identifier(found.schema, found.name) +
                    " can't be read",
                "grant EVENT on the database");
}

// Without the EVENT right information_schema shows no events at all; only SHOW EVENTS says so.
Result<void> refuse_hidden_events(Connection& connection, const std::string& schema) {
    constexpr unsigned database_access_denied = 1044;  // ER_DBACCESS_DENIED_ERROR
    const std::string quoted = mysql::quote_identifier(schema);
    Result<std::uint64_t> shown = connection.execute("SHOW EVENTS FROM " + quoted + " WHERE FALSE");
    if (shown) return {};
    if (connection.last_error_number() != database_access_denied) return forward_error(shown);
    return fail(ErrorKind::refused, error_unreadable,
                "the scheduled events of database " + quoted + " can't be seen on " +
                    connection.endpoint().describe(),
                "grant the account there EVENT on the database");
}

Result<std::vector<ScheduledEventDefinition>> read(Connection& connection,
                                                   const std::string& condition) {
    PENSTOCK_ASSIGN(const ResultSet rows, connection.query(std::string(select_events) + condition));
    std::vector<ScheduledEventDefinition> events;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        ScheduledEventDefinition found = from_row(rows, i);
        PENSTOCK_ASSIGN(const std::optional<ResultSet> shown,
                        show_create(connection, "EVENT", found.schema, found.name));
        if (!shown) continue;
        // name, sql_mode, time_zone, text, character_set_client, collation_connection, Database
        // Collation
        PENSTOCK_ASSIGN(std::string sql,
                        shown_text(connection, *shown, 3, "scheduled event", found.schema,
                                   found.name, "EVENT on the database"));
        found.context = {shown->text(0, 1), shown->text(0, 4), shown->text(0, 5),
                         shown->text(0, 6)};
        PENSTOCK_TRY(refuse_empty_body(found, sql));
        PENSTOCK_ASSIGN(
            found.create_sql,
            in_one_character_set(
                connection, MixedKind::scheduled_event, std::move(sql), found.context.sql_mode,
                found.context.character_set_client,
                "scheduled event " + mysql::quote_identifier(found.schema, found.name)));
        events.push_back(std::move(found));
    }
    return events;
}

}  // namespace

Result<std::optional<ScheduledEventDefinition>> read_scheduled_event(Connection& connection,
                                                                     std::string_view schema,
                                                                     std::string_view name) {
    PENSTOCK_ASSIGN(
        std::vector<ScheduledEventDefinition> events,
        read(connection, Connection::quote(schema) + " AND EVENT_NAME=" + Connection::quote(name)));
    if (events.empty()) return std::optional<ScheduledEventDefinition>();
    return std::optional<ScheduledEventDefinition>(std::move(events.front()));
}

Result<std::vector<ScheduledEventDefinition>> read_scheduled_events(
    Connection& connection, const std::vector<std::string>& databases) {
    std::vector<ScheduledEventDefinition> events;
    for (const std::string& schema : databases) {
        PENSTOCK_TRY(refuse_hidden_events(connection, schema));
        PENSTOCK_ASSIGN(std::vector<ScheduledEventDefinition> found,
                        read(connection, Connection::quote(schema) + " ORDER BY EVENT_NAME"));
        std::move(found.begin(), found.end(), std::back_inserter(events));
    }
    return events;
}

}  // namespace penstock::schema
