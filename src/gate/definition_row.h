// DefinitionRow: a scheduled event's definition as columns, the same in every table of the gate.
// Pure, any thread.
//
// create_sql is bytes in the event's own character set; all other columns are utf8mb4. Times are
// stored as the source prints them, in the event's zone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mysql/connection.h"
#include "schema/definitions.h"

namespace penstock::gate {

// "source_schema …, source_name …, create_sql …, …": for CREATE TABLE.
[[nodiscard]] std::string_view definition_table_columns();
// Their names, comma separated, in the order of definition_values and definition_from.
[[nodiscard]] std::string_view definition_column_names();
[[nodiscard]] std::size_t definition_column_count();
// As SQL literals, comma separated.
[[nodiscard]] std::string definition_values(const schema::ScheduledEventDefinition& definition);
// "name=value, …"
[[nodiscard]] std::string definition_assignments(
    const schema::ScheduledEventDefinition& definition);
// From a result whose first columns are definition_column_names.
[[nodiscard]] schema::ScheduledEventDefinition definition_from(const mysql::Row& row);

// "task='…' AND source_schema='…' AND source_name='…'"
[[nodiscard]] std::string key_condition(std::string_view task, std::string_view schema,
                                        std::string_view name);

// "shop.nightly": for messages.
[[nodiscard]] std::string display_name(const schema::ScheduledEventDefinition& definition);

}  // namespace penstock::gate
