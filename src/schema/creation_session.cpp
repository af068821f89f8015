#include "schema/creation_session.h"

#include <array>
#include <utility>

#include "base/log.h"

namespace penstock::schema {

namespace {

// No ANSI_QUOTES and NO_BACKSLASH_ESCAPES, as definitions are read in sessions without them; no
// mode against dates, as defaults may be zero dates; never another engine than the one named.
constexpr std::string_view creation_sql_mode =
    "ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION";

struct Variable {
    std::string_view name;
    std::string_view value;
};
constexpr std::array<Variable, 7> variables = {{
    {"foreign_key_checks", "0"},
    {"unique_checks", "1"},
    {"explicit_defaults_for_timestamp", "1"},
    {"sql_require_primary_key", "0"},
    {"sql_generate_invisible_primary_key", "0"},
    {"innodb_strict_mode", "0"},
    {"restrict_fk_on_non_standard_key", "0"},
}};

constexpr unsigned unknown_variable = 1193;  // ER_UNKNOWN_SYSTEM_VARIABLE
constexpr unsigned access_denied = 1227;     // ER_SPECIFIC_ACCESS_DENIED_ERROR

}  // namespace

Result<void> CreationSession::set(std::string_view variable, std::string_view value) {
    const std::string name = "@@SESSION." + std::string(variable);
    Result<std::optional<std::string>> now = connection_->query_value("SELECT " + name);
    if (!now) {
        if (connection_->last_error_number() == unknown_variable) return {};  // an older server
        return forward_error(now);
    }
    if (*now == value) return {};
    Result<std::uint64_t> changed = connection_->execute("SET " + name + "=" + std::string(value));
    if (!changed) {
        if (connection_->last_error_number() != access_denied) return forward_error(changed);
        base::log_warning("schema",
                          "{} stays {} on {}: no right to set it; grant "
                          "SESSION_VARIABLES_ADMIN if tables are refused",
                          variable, now->value_or("NULL"), connection_->endpoint().describe());
        return {};
    }
    if (!undo_.empty()) undo_ += ", ";
    undo_ += name + "=" + now->value_or("DEFAULT");
    return {};
}

Result<CreationSession> CreationSession::enter(mysql::Connection& connection) {
    CreationSession session(connection);
    for (const Variable& variable : variables) {
        PENSTOCK_TRY(session.set(variable.name, variable.value));
    }
    PENSTOCK_ASSIGN(const std::optional<std::string> mode,
                    connection.query_value("SELECT @@SESSION.sql_mode"));
    if (!session.undo_.empty()) session.undo_ += ", ";
    session.undo_ += "@@SESSION.sql_mode=" + mysql::Connection::quote(mode.value_or(""));
    PENSTOCK_TRY(
        connection.execute("SET @@SESSION.sql_mode='" + std::string(creation_sql_mode) + "'"));
    return session;
}

Result<void> CreationSession::leave() {
    PENSTOCK_TRY(connection_->execute("SET " + undo_));
    return {};
}

Result<void> CreationSession::run(std::string_view sql) {
    Result<std::uint64_t> executed = connection_->execute(sql);
    if (executed) return {};
    failed_number_ = connection_->last_error_number();
    return forward_error(executed);
}

Result<void> CreationSession::execute(std::string_view schema, std::string_view sql) {
    if (!schema.empty()) PENSTOCK_TRY(run("USE " + mysql::quote_identifier(schema)));
    return run(sql);
}

Result<void> CreationSession::execute_in(const CreationContext& context, std::string_view schema,
                                         std::string_view sql) {
    PENSTOCK_TRY(run("USE " + mysql::quote_identifier(schema)));
    std::string enter = "SET character_set_client=" + context.character_set_client +
                        ", collation_connection=" + context.collation_connection;
    if (!context.sql_mode.empty() || !context.database_collation.empty()) {
        enter += ", sql_mode='" + context.sql_mode + "'";
    }
    PENSTOCK_TRY(run(enter));
    Result<void> created = run(sql);
    if (!created && created.error().kind == ErrorKind::transient) return created;
    PENSTOCK_TRY(connection_->execute("SET NAMES utf8mb4"));
    PENSTOCK_TRY(connection_->execute("SET character_set_results=NULL, sql_mode='" +
                                      std::string(creation_sql_mode) + "'"));
    return created;
}

}  // namespace penstock::schema
