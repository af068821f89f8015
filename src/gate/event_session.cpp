#include "gate/event_session.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "gate/definition_row.h"
#include "gate/errors.h"
#include "gate/event_sql.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

// utf8mb4 text in another character set, by the server, and back again to see that nothing is lost.
Result<std::string> in_character_set(mysql::Connection& connection, std::string_view text,
                                     const ScheduledEventDefinition& definition) {
    const std::string& character_set = definition.context.character_set_client;
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii || character_set.starts_with("utf8")) return std::string(text);
    const std::string utf8 = fmt::format("_utf8mb4 x'{}'", base::to_hex(text));
    const std::string converted = fmt::format("CONVERT({} USING {})", utf8, character_set);
    PENSTOCK_ASSIGN(
        const mysql::ResultSet rows,
        connection.query(fmt::format("SELECT {}, BINARY CONVERT({} USING utf8mb4) = BINARY {}",
                                     converted, converted, utf8)));
    if (rows.text(0, 1) != "1") {
        return fail(ErrorKind::definite, error_not_representable,
                    fmt::format("event {}: its name, definer or comment has characters that its "
                                "own character set {} lacks",
                                display_name(definition), character_set),
                    "Alter it on the source in a session with a character set that has them");
    }
    return rows.text(0, 0);
}

// The state that mysql::Connection gives every session.
Result<void> leave_context(mysql::Connection& connection, const std::string& own_sql_mode) {
    PENSTOCK_TRY(connection.execute("SET NAMES utf8mb4"));
    PENSTOCK_TRY(connection.execute(
        fmt::format("SET SESSION character_set_results=NULL, time_zone='+00:00', timestamp=DEFAULT,"
                    " sql_mode={}",
                    literal(own_sql_mode))));
    return {};
}

Result<void> enter_context(mysql::Connection& connection,
                           const ScheduledEventDefinition& definition,
                           const EventDdlOptions& options) {
    PENSTOCK_TRY(connection.execute("USE " + mysql::quote_identifier(definition.schema)));
    if (options.statement_time) {
        PENSTOCK_TRY(connection.execute(fmt::format(
            "SET SESSION timestamp=TIMESTAMPDIFF(SECOND, '1970-01-01', CONVERT_TZ({}, {}, "
            "'+00:00'))",
            literal(*options.statement_time), literal(definition.time_zone))));
    }
    PENSTOCK_TRY(connection.execute(fmt::format(
        "SET SESSION sql_mode={}, time_zone={}, character_set_client={}, collation_connection={}",
        literal(definition.context.sql_mode), literal(definition.time_zone),
        literal(definition.context.character_set_client),
        literal(definition.context.collation_connection))));
    return {};
}

Result<std::vector<ServerNote>> notes_of(mysql::Connection& connection) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows, connection.query("SHOW WARNINGS"));
    std::vector<ServerNote> notes;
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        const unsigned long number = std::strtoul(rows.text(row, 1).c_str(), nullptr, 10);
        notes.push_back({static_cast<unsigned>(number), rows.text(row, 2)});
    }
    return notes;
}

Result<std::vector<ServerNote>> execute_in_context(mysql::Connection& connection,
                                                   const ScheduledEventDefinition& definition,
                                                   std::string_view sql,
                                                   const EventDdlOptions& options) {
    PENSTOCK_ASSIGN(const std::optional<std::string> own_sql_mode,
                    connection.query_value("SELECT @@SESSION.sql_mode"));
    if (!options.logged) PENSTOCK_TRY(connection.execute("SET SESSION sql_log_bin=0"));
    const auto run = [&]() -> Result<std::vector<ServerNote>> {
        PENSTOCK_TRY(enter_context(connection, definition, options));
        PENSTOCK_TRY(connection.execute(sql));
        return notes_of(connection);
    };
    Result<std::vector<ServerNote>> notes = run();
    Result<void> left = leave_context(connection, own_sql_mode.value_or(""));
    if (left && !options.logged) {
        if (auto logged = connection.execute("SET SESSION sql_log_bin=1"); !logged) {
            left = forward_error(logged);
        }
    }
    if (!notes) return notes;
    if (!left) return forward_error(left);
    return notes;
}

}  // namespace

Result<std::vector<ServerNote>> create_disabled(mysql::Connection& connection,
                                                const ScheduledEventDefinition& definition,
                                                const EventDdlOptions& options) {
    PENSTOCK_ASSIGN(std::string sql,
                    in_character_set(connection, create_header(definition), definition));
    PENSTOCK_ASSIGN(const std::string body, body_of(definition));
    return execute_in_context(connection, definition, sql + body, options);
}

Result<void> set_enabled(mysql::Connection& connection, const ScheduledEventDefinition& definition,
                         bool enable, const EventDdlOptions& options) {
    PENSTOCK_ASSIGN(const std::string sql,
                    in_character_set(connection, alter_status(definition, enable), definition));
    PENSTOCK_TRY(execute_in_context(connection, definition, sql, options));
    return {};
}

Result<void> drop_event(mysql::Connection& connection, std::string_view schema,
                        std::string_view name) {
    PENSTOCK_TRY(
        connection.execute("DROP EVENT IF EXISTS " + mysql::quote_identifier(schema, name)));
    return {};
}

}  // namespace penstock::gate
