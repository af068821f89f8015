// Catalogue: reads the definitions of whole databases from a server.
//
// One thread: that of the connection, whose default schema may change. Errors are those of the
// connection, and those of schema/errors.h where the account may list an object but not read it
// (the rights to grant are in the remedy): a definition is read exactly or not at all. Lists are
// sorted by schema and name, triggers by table, timing, action and order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::schema {

// The databases as they are, object by object: not one moment if they are being changed meanwhile.
// A database that does not exist is an error.
[[nodiscard]] Result<Catalogue> read_catalogue(mysql::Connection& connection,
                                               const std::vector<std::string>& databases);

struct StableCatalogue {
    Catalogue catalogue;
    std::string gtid_executed;  // the transactions that had been executed when this was true
};

// Reads until two readings agree, with gtid_executed taken between them: so the definitions are
// those after exactly that set. Gives up after a bounded number of readings.
[[nodiscard]] Result<StableCatalogue> read_stable_catalogue(
    mysql::Connection& connection, const std::vector<std::string>& databases);

// One scheduled event as it is now; nullopt: there is none of that name.
[[nodiscard]] Result<std::optional<ScheduledEventDefinition>> read_scheduled_event(
    mysql::Connection& connection, std::string_view schema, std::string_view name);
// All scheduled events of the databases.
[[nodiscard]] Result<std::vector<ScheduledEventDefinition>> read_scheduled_events(
    mysql::Connection& connection, const std::vector<std::string>& databases);
// One table as it is now; nullopt: there is none of that name.
[[nodiscard]] Result<std::optional<TableDefinition>> read_table(mysql::Connection& connection,
                                                                std::string_view schema,
                                                                std::string_view name);
// All tables of the databases.
[[nodiscard]] Result<std::vector<TableDefinition>> read_tables(
    mysql::Connection& connection, const std::vector<std::string>& databases);

// True when both say the same about what exists and how it is defined; row counts, AUTO_INCREMENT
// values and when events last ran do not count.
[[nodiscard]] bool same_definitions(const Catalogue& a, const Catalogue& b);

}  // namespace penstock::schema
