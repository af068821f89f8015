#include "schema/catalogue_reading.h"

#include <algorithm>
#include <array>

#include "schema/errors.h"
#include "schema/mixed_text.h"

namespace penstock::schema {

namespace {

// Server errors that say that an object is not there: mysqld_error.h, tag mysql-9.4.0.
constexpr std::array<unsigned, 6> not_there = {
    1049,  // ER_BAD_DB_ERROR
    1146,  // ER_NO_SUCH_TABLE
    1305,  // ER_SP_DOES_NOT_EXIST
    1360,  // ER_TRG_DOES_NOT_EXIST
    1539,  // ER_EVENT_DOES_NOT_EXIST
    1347,  // ER_WRONG_OBJECT: a table where a view is asked for, or the other way round
};

using mysql::Connection;
using mysql::ResultSet;

// Columns of SHOW CREATE PROCEDURE, FUNCTION and TRIGGER: name, sql_mode, text,
// character_set_client, collation_connection, Database Collation.
Result<void> take_shown(Connection& connection, const ResultSet& shown, MixedKind kind,
                        std::string_view what, std::string_view schema, std::string_view name,
                        std::string_view right, CreationContext& context, std::string& create_sql) {
    PENSTOCK_ASSIGN(create_sql, shown_text(connection, shown, 2, what, schema, name, right));
    context = {shown.text(0, 1), shown.text(0, 3), shown.text(0, 4), shown.text(0, 5)};
    PENSTOCK_ASSIGN(create_sql, in_one_character_set(connection, kind, std::move(create_sql),
                                                     context.sql_mode, context.character_set_client,
                                                     std::string(what) + " " +
                                                         mysql::quote_identifier(schema, name)));
    return {};
}

// A library (of JavaScript, MySQL 9.2 and later) is shown without character sets: it is utf8mb4.
void take_library(const ResultSet& shown, RoutineDefinition& routine) {
    routine.context = {shown.text(0, 1), "utf8mb4", "utf8mb4_0900_ai_ci", ""};
    routine.create_sql = shown.text(0, 2);
}

}  // namespace

Result<std::optional<mysql::ResultSet>> show_create(mysql::Connection& connection,
                                                    std::string_view what, std::string_view schema,
                                                    std::string_view name) {
    Result<mysql::ResultSet> shown = connection.query("SHOW CREATE " + std::string(what) + " " +
                                                      mysql::quote_identifier(schema, name));
    if (shown) return std::optional<mysql::ResultSet>(std::move(*shown));
    const unsigned number = connection.last_error_number();
    if (std::find(not_there.begin(), not_there.end(), number) != not_there.end()) {
        return std::optional<mysql::ResultSet>();
    }
    return forward_error(shown);
}

Result<std::string> shown_text(const mysql::Connection& connection, const mysql::ResultSet& shown,
                               std::size_t column, std::string_view what, std::string_view schema,
                               std::string_view name, std::string_view right) {
    const bool there = shown.row_count() == 1 && column < shown.column_count();
    std::string text = there ? shown.text(0, column) : std::string();
    if (!text.empty()) return text;
    return fail(ErrorKind::refused, error_unreadable,
                "the definition of " + std::string(what) + " " +
                    mysql::quote_identifier(schema, name) + " can't be read on " +
                    connection.endpoint().describe(),
                "grant the account there " + std::string(right));
}

Result<std::optional<DatabaseDefinition>> read_database(Connection& connection,
                                                        const std::string& name) {
    PENSTOCK_ASSIGN(
        const ResultSet rows,
        connection.query("SELECT s.DEFAULT_CHARACTER_SET_NAME, s.DEFAULT_COLLATION_NAME,"
                         " s.DEFAULT_ENCRYPTION, o.OPTIONS FROM information_schema.SCHEMATA s"
                         " LEFT JOIN information_schema.SCHEMATA_EXTENSIONS o"
                         " ON o.SCHEMA_NAME=s.SCHEMA_NAME WHERE s.SCHEMA_NAME=" +
                         Connection::quote(name)));
    if (rows.row_count() != 1) return std::optional<DatabaseDefinition>();
    DatabaseDefinition database;
    database.name = name;
    database.character_set = rows.text(0, 0);
    database.collation = rows.text(0, 1);
    database.encrypted = rows.text(0, 2) == "YES";
    database.read_only = rows.text(0, 3).find("READ ONLY=1") != std::string::npos;
    PENSTOCK_ASSIGN(const ResultSet shown,
                    connection.query("SHOW CREATE DATABASE " + mysql::quote_identifier(name)));
    database.create_sql = shown.text(0, 1);
    return std::optional<DatabaseDefinition>(std::move(database));
}

Result<std::optional<ViewDefinition>> read_view(Connection& connection, const std::string& schema,
                                                const std::string& name) {
    // Names in a view's text are qualified unless its schema is the session's default one.
    PENSTOCK_TRY(connection.execute("USE information_schema"));
    PENSTOCK_ASSIGN(const std::optional<ResultSet> shown,
                    show_create(connection, "VIEW", schema, name));
    if (!shown) return std::optional<ViewDefinition>();
    ViewDefinition view;
    view.schema = schema;
    view.name = name;
    PENSTOCK_ASSIGN(view.create_sql, shown_text(connection, *shown, 1, "view", schema, name,
                                                "SELECT and SHOW VIEW on the database"));
    view.context.character_set_client = shown->text(0, 2);
    view.context.collation_connection = shown->text(0, 3);
    return std::optional<ViewDefinition>(std::move(view));
}

Result<std::optional<RoutineDefinition>> read_routine(Connection& connection, RoutineKind kind,
                                                      const std::string& schema,
                                                      const std::string& name) {
    std::string_view word = "PROCEDURE";
    if (kind == RoutineKind::function) word = "FUNCTION";
    if (kind == RoutineKind::library) word = "LIBRARY";
    PENSTOCK_ASSIGN(const std::optional<ResultSet> shown,
                    show_create(connection, word, schema, name));
    if (!shown) return std::optional<RoutineDefinition>();
    RoutineDefinition routine;
    routine.schema = schema;
    routine.name = name;
    routine.kind = kind;
    if (kind == RoutineKind::library) {
        take_library(*shown, routine);
    } else {
        PENSTOCK_TRY(take_shown(connection, *shown, MixedKind::routine, word, schema, name,
                                "SHOW_ROUTINE ON *.*", routine.context, routine.create_sql));
    }
    return std::optional<RoutineDefinition>(std::move(routine));
}

Result<std::optional<TriggerDefinition>> read_trigger(Connection& connection,
                                                      const std::string& schema,
                                                      const std::string& name) {
    PENSTOCK_ASSIGN(const std::optional<ResultSet> shown,
                    show_create(connection, "TRIGGER", schema, name));
    if (!shown) return std::optional<TriggerDefinition>();
    TriggerDefinition trigger;
    trigger.schema = schema;
    trigger.name = name;
    PENSTOCK_TRY(take_shown(connection, *shown, MixedKind::trigger, "trigger", schema, name,
                            "TRIGGER on the database", trigger.context, trigger.create_sql));
    return std::optional<TriggerDefinition>(std::move(trigger));
}

}  // namespace penstock::schema
