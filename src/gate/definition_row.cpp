#include "gate/definition_row.h"

#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

std::string nullable_literal(const std::optional<std::string>& text) {
    return text ? literal(*text) : std::string("NULL");
}

std::string text_of(const mysql::Value& value) {
    return std::string(value.value_or(std::string_view{}));
}

std::optional<std::string> optional_of(const mysql::Value& value) {
    if (!value) return std::nullopt;
    return std::string(*value);
}

std::vector<std::string> literals(const ScheduledEventDefinition& d) {
    return {literal(d.schema),
            literal(d.name),
            "x'" + base::to_hex(d.create_sql) + "'",
            literal(d.context.sql_mode),
            literal(d.context.character_set_client),
            literal(d.context.collation_connection),
            literal(d.context.database_collation),
            literal(d.definer),
            literal(d.time_zone),
            literal(d.status),
            literal(d.type),
            literal(d.on_completion),
            literal(d.comment),
            literal(d.last_altered),
            nullable_literal(d.execute_at),
            nullable_literal(d.interval_value),
            nullable_literal(d.interval_field),
            nullable_literal(d.starts),
            nullable_literal(d.ends),
            nullable_literal(d.last_executed)};
}

}  // namespace

std::string_view definition_table_columns() {
    return "source_schema VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, "
           // Names of events compare as in the server's own dictionary.
           "source_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL, "
           "create_sql LONGBLOB NOT NULL, "
           "sql_mode TEXT NOT NULL, "
           "character_set_client VARCHAR(64) NOT NULL, "
           "collation_connection VARCHAR(64) NOT NULL, "
           "database_collation VARCHAR(64) NOT NULL, "
           "definer VARCHAR(300) NOT NULL, "
           "time_zone VARCHAR(64) NOT NULL, "
           "status VARCHAR(32) NOT NULL, "
           "type VARCHAR(16) NOT NULL, "
           "on_completion VARCHAR(16) NOT NULL, "
           "comment TEXT NOT NULL, "
           "last_altered VARCHAR(32) NOT NULL, "
           "execute_at VARCHAR(32) NULL, "
           "interval_value VARCHAR(256) NULL, "
           "interval_field VARCHAR(32) NULL, "
           "starts VARCHAR(32) NULL, "
           "ends VARCHAR(32) NULL, "
           "last_executed VARCHAR(32) NULL";
}

std::string_view definition_column_names() {
    return "source_schema, source_name, create_sql, sql_mode, character_set_client, "
           "collation_connection, database_collation, definer, time_zone, status, type, "
           "on_completion, comment, last_altered, execute_at, interval_value, interval_field, "
           "starts, ends, last_executed";
}

std::size_t definition_column_count() {
    return base::split(definition_column_names(), ',').size();
}

std::string definition_values(const ScheduledEventDefinition& definition) {
    return fmt::format("{}", fmt::join(literals(definition), ", "));
}

std::string definition_assignments(const ScheduledEventDefinition& definition) {
    const std::vector<std::string_view> names = base::split(definition_column_names(), ',');
    const std::vector<std::string> values = literals(definition);
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) out += ", ";
        out += fmt::format("{}={}", base::trim(names[i]), values.at(i));
    }
    return out;
}

ScheduledEventDefinition definition_from(const mysql::Row& row) {
    ScheduledEventDefinition d;
    std::size_t at = 0;
    const auto next = [&]() -> const mysql::Value& { return row.at(at++); };
    for (std::string* text :
         {&d.schema, &d.name, &d.create_sql, &d.context.sql_mode, &d.context.character_set_client,
          &d.context.collation_connection, &d.context.database_collation, &d.definer, &d.time_zone,
          &d.status, &d.type, &d.on_completion, &d.comment, &d.last_altered}) {
        *text = text_of(next());
    }
    for (std::optional<std::string>* text : {&d.execute_at, &d.interval_value, &d.interval_field,
                                             &d.starts, &d.ends, &d.last_executed}) {
        *text = optional_of(next());
    }
    return d;
}

std::string key_condition(std::string_view task, std::string_view schema, std::string_view name) {
    return fmt::format("task={} AND source_schema={} AND source_name={}", literal(task),
                       literal(schema), literal(name));
}

std::string display_name(const ScheduledEventDefinition& definition) {
    return definition.schema + "." + definition.name;
}

}  // namespace penstock::gate
