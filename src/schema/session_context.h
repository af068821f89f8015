// Session context: makes a destination session equal to the one a stream statement was executed in,
// and undoes that. For DDL and for scheduled events of the stream.
//
// One per connection, made once after it is opened; one thread. Nothing is executed here but in
// read(): the caller sends the statements, which are plain ASCII, in their order and behind USE
// (which changes collation_database), and after its own statement those of restore(). Variables
// that take SESSION_VARIABLES_ADMIN (or a like right) to set are left out where the session has the
// wanted value already, and where the destination is too old to know them.
//
// Source of numbers: MySQL sql/query_options.h (OPTION_*), tag mysql-9.4.0.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/stream_statement.h"

namespace penstock::schema {

struct CollationName {
    std::string character_set;
    std::string collation;
};

// Collations by number, as information_schema.COLLATIONS of a server has them.
class Collations {
public:
    [[nodiscard]] static Result<Collations> read(mysql::Connection& connection);
    explicit Collations(std::map<std::uint16_t, CollationName> by_number)
        : by_number_(std::move(by_number)) {}
    // Null: the server has no collation of that number.
    [[nodiscard]] const CollationName* find(std::uint16_t number) const;

private:
    std::map<std::uint16_t, CollationName> by_number_;
};

class SessionContext {
public:
    // `source_time_zone`: what SYSTEM is on the source, such as "Europe/Berlin" or "+01:00"; empty:
    // SYSTEM is taken as it is.
    [[nodiscard]] static Result<SessionContext> read(mysql::Connection& destination,
                                                     std::string source_time_zone = {});
    // `current`: the session's variables by lower-case name.
    SessionContext(Collations collations, std::map<std::string, std::string> current,
                   std::string source_time_zone)
        : collations_(std::move(collations)),
          current_(std::move(current)),
          source_time_zone_(std::move(source_time_zone)) {}

    // The default schema is not among them: USE is the caller's.
    [[nodiscard]] Result<std::vector<std::string>> statements_for(
        const StreamStatement& statement) const;
    // Back to penstock's own session, after statements_for() of the same statement.
    [[nodiscard]] Result<std::vector<std::string>> restore(const StreamStatement& statement) const;

private:
    struct Setting {
        std::string_view variable;
        std::string value;   // as it reads in @@variable
        bool quoted = true;  // a text, not a number or ON and OFF
        bool restricted = false;
    };
    [[nodiscard]] Result<std::vector<Setting>> settings(const StreamStatement& statement) const;
    [[nodiscard]] bool needed(const Setting& setting) const;

    Collations collations_;
    std::map<std::string, std::string> current_;
    std::string source_time_zone_;
};

}  // namespace penstock::schema
