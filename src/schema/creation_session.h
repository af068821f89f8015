// Creation session: a destination session in which objects come out exactly as on the source.
//
// One thread: the connection's. Variables are only set where the session has another value, and
// one that the account may not set stays as it is, with a warning: what comes of it is seen when
// the object is read back.
#pragma once

#include <string>
#include <string_view>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::schema {

class CreationSession {
public:
    // Switches off what would add to, refuse or re-interpret a definition: checks of foreign keys,
    // required and generated primary keys, InnoDB's strict mode, modes against zero dates.
    [[nodiscard]] static Result<CreationSession> enter(mysql::Connection& connection);
    // Back to what it was. The default schema stays the last one used.
    [[nodiscard]] Result<void> leave();

    // Executes a statement on databases, tables or keys with `schema` as the default one.
    [[nodiscard]] Result<void> execute(std::string_view schema, std::string_view sql);
    // Executes one in the session of `context`; afterwards the session is this one again.
    [[nodiscard]] Result<void> execute_in(const CreationContext& context, std::string_view schema,
                                          std::string_view sql);
    // Of the statement that failed last; 0: none.
    [[nodiscard]] unsigned failed_number() const { return failed_number_; }

private:
    explicit CreationSession(mysql::Connection& connection) : connection_(&connection) {}
    [[nodiscard]] Result<void> set(std::string_view variable, std::string_view value);
    [[nodiscard]] Result<void> run(std::string_view sql);

    mysql::Connection* connection_;
    std::string undo_;  // assignments, comma separated
    unsigned failed_number_ = 0;
};

}  // namespace penstock::schema
