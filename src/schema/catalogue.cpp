#include "schema/catalogue.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <thread>

#include "schema/catalogue_reading.h"
#include "schema/compare.h"
#include "schema/errors.h"

namespace penstock::schema {

namespace {

using mysql::Connection;
using mysql::ResultSet;

Result<DatabaseDefinition> read_existing(Connection& connection, const std::string& name) {
    PENSTOCK_ASSIGN(std::optional<DatabaseDefinition> database, read_database(connection, name));
    if (database) return std::move(*database);
    return fail(ErrorKind::definite, error_no_database,
                "there is no database " + mysql::quote_identifier(name) + " on " +
                    connection.endpoint().describe(),
                "correct select.databases, or grant a right on it to the task's account");
}

Result<std::vector<ViewDefinition>> read_views(Connection& connection, const std::string& schema) {
    const std::string where = " WHERE TABLE_SCHEMA=" + Connection::quote(schema);
    PENSTOCK_ASSIGN(const ResultSet rows,
                    connection.query("SELECT TABLE_NAME FROM information_schema.TABLES" + where +
                                     " AND TABLE_TYPE='VIEW' ORDER BY TABLE_NAME"));
    PENSTOCK_ASSIGN(const ResultSet uses,
                    connection.query("SELECT VIEW_NAME, TABLE_SCHEMA, TABLE_NAME FROM"
                                     " information_schema.VIEW_TABLE_USAGE WHERE VIEW_SCHEMA=" +
                                     Connection::quote(schema) + " ORDER BY 1, 2, 3"));
    std::vector<ViewDefinition> views;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        PENSTOCK_ASSIGN(std::optional<ViewDefinition> view,
                        read_view(connection, schema, rows.text(i, 0)));
        if (!view) continue;
        for (std::size_t u = 0; u < uses.row_count(); ++u) {
            if (uses.text(u, 0) != view->name) continue;
            view->depends_on.push_back({uses.text(u, 1), uses.text(u, 2)});
        }
        views.push_back(std::move(*view));
    }
    return views;
}

struct RoutineName {
    std::string name;
    RoutineKind kind;
};

// Libraries (MySQL 9.2 and later) have a list of their own.
Result<std::vector<RoutineName>> list_routines(Connection& connection, const std::string& schema) {
    constexpr unsigned unknown_table = 1109;  // ER_UNKNOWN_TABLE
    const std::string quoted = Connection::quote(schema);
    std::vector<RoutineName> names;
    Result<ResultSet> libraries = connection.query(
        "SELECT LIBRARY_NAME FROM information_schema.LIBRARIES"
        " WHERE LIBRARY_SCHEMA=" +
        quoted + " ORDER BY 1");
    if (!libraries && connection.last_error_number() != unknown_table) {
        return forward_error(libraries);
    }
    for (std::size_t i = 0; libraries && i < libraries->row_count(); ++i) {
        names.push_back({libraries->text(i, 0), RoutineKind::library});
    }
    PENSTOCK_ASSIGN(
        const ResultSet rows,
        connection.query("SELECT ROUTINE_NAME, ROUTINE_TYPE FROM"
                         " information_schema.ROUTINES WHERE ROUTINE_SCHEMA=" +
                         quoted + " AND ROUTINE_TYPE IN ('FUNCTION','PROCEDURE') ORDER BY 1, 2"));
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        const bool function = rows.text(i, 1) == "FUNCTION";
        names.push_back(
            {rows.text(i, 0), function ? RoutineKind::function : RoutineKind::procedure});
    }
    return names;
}

Result<std::vector<RoutineDefinition>> read_routines(Connection& connection,
                                                     const std::string& schema) {
    PENSTOCK_ASSIGN(const std::vector<RoutineName> names, list_routines(connection, schema));
    std::vector<RoutineDefinition> routines;
    for (const RoutineName& name : names) {
        PENSTOCK_ASSIGN(std::optional<RoutineDefinition> routine,
                        read_routine(connection, name.kind, schema, name.name));
        if (routine) routines.push_back(std::move(*routine));
    }
    return routines;
}

Result<std::vector<TriggerDefinition>> read_triggers(Connection& connection,
                                                     const std::string& schema) {
    PENSTOCK_ASSIGN(
        const ResultSet rows,
        connection.query("SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING,"
                         " EVENT_MANIPULATION, ACTION_ORDER FROM information_schema.TRIGGERS"
                         " WHERE TRIGGER_SCHEMA=" +
                         Connection::quote(schema) + " ORDER BY 2, 3, 4, 5"));
    std::vector<TriggerDefinition> triggers;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        PENSTOCK_ASSIGN(std::optional<TriggerDefinition> trigger,
                        read_trigger(connection, schema, rows.text(i, 0)));
        if (!trigger) continue;
        trigger->table = rows.text(i, 1);
        trigger->timing = rows.text(i, 2);
        trigger->action = rows.text(i, 3);
        const std::string order = rows.text(i, 4);
        std::from_chars(order.data(), order.data() + order.size(), trigger->order);
        triggers.push_back(std::move(*trigger));
    }
    return triggers;
}

std::string without_newlines(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
    return text;
}

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

Result<Catalogue> read_catalogue(Connection& connection,
                                 const std::vector<std::string>& databases) {
    Catalogue catalogue;
    for (const std::string& name : databases) {
        PENSTOCK_ASSIGN(DatabaseDefinition database, read_existing(connection, name));
        catalogue.databases.push_back(std::move(database));
    }
    PENSTOCK_ASSIGN(catalogue.tables, read_tables(connection, databases));
    for (const std::string& name : databases) {
        PENSTOCK_ASSIGN(std::vector<ViewDefinition> views, read_views(connection, name));
        append(catalogue.views, std::move(views));
        PENSTOCK_ASSIGN(std::vector<RoutineDefinition> routines, read_routines(connection, name));
        append(catalogue.routines, std::move(routines));
        PENSTOCK_ASSIGN(std::vector<TriggerDefinition> triggers, read_triggers(connection, name));
        append(catalogue.triggers, std::move(triggers));
    }
    PENSTOCK_ASSIGN(catalogue.scheduled_events, read_scheduled_events(connection, databases));
    return catalogue;
}

Result<StableCatalogue> read_stable_catalogue(Connection& connection,
                                              const std::vector<std::string>& databases) {
    constexpr int readings_max = 60;
    // A transaction becomes visible a moment before gtid_executed has it.
    constexpr std::chrono::milliseconds settling{50};
    PENSTOCK_ASSIGN(Catalogue before, read_catalogue(connection, databases));
    for (int reading = 0; reading < readings_max; ++reading) {
        std::this_thread::sleep_for(settling);
        PENSTOCK_ASSIGN(const std::optional<std::string> gtids,
                        connection.query_value("SELECT @@GLOBAL.gtid_executed"));
        PENSTOCK_ASSIGN(Catalogue after, read_catalogue(connection, databases));
        if (same_definitions(before, after)) {
            return StableCatalogue{std::move(after), without_newlines(gtids.value_or(""))};
        }
        before = std::move(after);
    }
    return fail(ErrorKind::transient, error_unstable,
                "the definitions on " + connection.endpoint().describe() + " changed in each of " +
                    std::to_string(readings_max) + " readings",
                "wait until the DDL on the source has ended");
}

}  // namespace penstock::schema
