// What the readers of the catalogue share; private to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::schema {

// SHOW CREATE `what` of an object; nullopt: it does not exist (any more).
[[nodiscard]] Result<std::optional<mysql::ResultSet>> show_create(mysql::Connection& connection,
                                                                  std::string_view what,
                                                                  std::string_view schema,
                                                                  std::string_view name);

// The text in `column` of the only row; NULL or empty means that `right` is missing.
[[nodiscard]] Result<std::string> shown_text(const mysql::Connection& connection,
                                             const mysql::ResultSet& shown, std::size_t column,
                                             std::string_view what, std::string_view schema,
                                             std::string_view name, std::string_view right);

// Single objects, as far as SHOW CREATE tells: a view without what it depends on, a trigger without
// table, moment and order. nullopt: it does not exist.
[[nodiscard]] Result<std::optional<DatabaseDefinition>> read_database(mysql::Connection& connection,
                                                                      const std::string& name);
[[nodiscard]] Result<std::optional<ViewDefinition>> read_view(mysql::Connection& connection,
                                                              const std::string& schema,
                                                              const std::string& name);
[[nodiscard]] Result<std::optional<RoutineDefinition>> read_routine(mysql::Connection& connection,
                                                                    RoutineKind kind,
                                                                    const std::string& schema,
                                                                    const std::string& name);
[[nodiscard]] Result<std::optional<TriggerDefinition>> read_trigger(mysql::Connection& connection,
                                                                    const std::string& schema,
                                                                    const std::string& name);

}  // namespace penstock::schema
