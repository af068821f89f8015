// Compare: whether two servers hold the same definitions, and where they don't.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::schema {

struct SchemaDifference {
    std::string object;       // "table `a`.`b`"
    std::string source;       // the definition there; empty: it does not exist
    std::string destination;  // likewise
    [[nodiscard]] std::string to_string() const;
};

// Databases, tables, views, routines and triggers; scheduled events are the gate's. Pure.
[[nodiscard]] std::vector<SchemaDifference> compare_catalogues(const Catalogue& source,
                                                               const Catalogue& destination);

// The same of the servers as they are now; databases that a side lacks are differences.
[[nodiscard]] Result<std::vector<SchemaDifference>> compare_schemas(
    mysql::Connection& source, mysql::Connection& destination,
    const std::vector<std::string>& databases);

// A definition with its context as one text, without what may differ (schema/table_text.h).
[[nodiscard]] std::string comparable(const DatabaseDefinition& database);
[[nodiscard]] std::string comparable(const TableDefinition& table);
[[nodiscard]] std::string comparable(const ViewDefinition& view);
[[nodiscard]] std::string comparable(const RoutineDefinition& routine);
[[nodiscard]] std::string comparable(const TriggerDefinition& trigger);
[[nodiscard]] std::string comparable(const ScheduledEventDefinition& scheduled_event);
[[nodiscard]] std::string comparable(std::string_view create_sql, const CreationContext& context);

// Where two texts begin to differ, with a few words before: "…`a` int… against …`a` bigint…".
[[nodiscard]] std::string describe_difference(std::string_view wanted, std::string_view found);

}  // namespace penstock::schema
