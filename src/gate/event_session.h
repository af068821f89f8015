// EventSession: executes event DDL inside the event's own context: default schema, sql_mode, time
// zone, client character set and connection collation, as they are stored with it.
//
// The session is put back into penstock's own state afterwards, whether the statement worked or
// not. One thread: that of the connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::gate {

struct EventDdlOptions {
    bool logged = true;  // false: sql_log_bin=0
    // What the server takes as the time of the statement: only for a CREATE that is to stay
    // disabled and whose time is over, which the server would refuse or pass over otherwise.
    std::optional<std::string> statement_time;
};

struct ServerNote {
    unsigned number = 0;
    std::string text;
};

// Creates `definition` disabled, with its own texts. Returns the server's notes and warnings.
[[nodiscard]] Result<std::vector<ServerNote>> create_disabled(
    mysql::Connection& connection, const schema::ScheduledEventDefinition& definition,
    const EventDdlOptions& options);

// Enables or disables an existing event and leaves all else of it as it is.
[[nodiscard]] Result<void> set_enabled(mysql::Connection& connection,
                                       const schema::ScheduledEventDefinition& definition,
                                       bool enable, const EventDdlOptions& options);

[[nodiscard]] Result<void> drop_event(mysql::Connection& connection, std::string_view schema,
                                      std::string_view name);

}  // namespace penstock::gate
