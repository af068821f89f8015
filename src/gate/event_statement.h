// EventStatement: a CREATE, ALTER or DROP EVENT read into its parts. Pure, any thread.
//
// Read with the tokenizer, so comments, version comments, quoting and sql_mode are honoured. Texts
// are the bytes of the statement, in its character set. The body is not looked into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "penstock/result.h"
#include "schema/ddl.h"

namespace penstock::gate {

enum class EventStatus : std::uint8_t { enabled, disabled, replica_side_disabled };

// As information_schema.EVENTS says it: "ENABLED", "DISABLED", "REPLICA_SIDE_DISABLED".
[[nodiscard]] std::string_view to_string(EventStatus status);
// Knows the words of all versions and flavours.
[[nodiscard]] std::optional<EventStatus> event_status(std::string_view text);

struct Definer {
    std::string user;
    std::string host;  // empty: a role (MariaDB)
    friend bool operator==(const Definer&, const Definer&) = default;
};

// Expressions as written, not evaluated.
struct ScheduleText {
    std::string at;     // of a one-shot; otherwise `every` is set
    std::string every;  // "1 MINUTE", "'1:30' HOUR_MINUTE"
    std::string starts;
    std::string ends;
    friend bool operator==(const ScheduleText&, const ScheduleText&) = default;
};

struct EventStatement {
    schema::Verb verb = schema::Verb::other;  // create, alter or drop
    schema::ObjectName name;
    bool or_replace = false;
    bool if_exists = false;
    bool if_not_exists = false;

    // nullopt: the statement doesn't say.
    std::optional<Definer> definer;  // CURRENT_USER counts as not said
    std::optional<ScheduleText> schedule;
    std::optional<bool> preserve;
    std::optional<EventStatus> status;
    std::optional<schema::ObjectName> rename_to;
    std::optional<std::string> comment;
    std::optional<std::size_t> body_offset;  // of the first byte after DO and blanks
};

// PST-2010 for what isn't one, or can't be read to its body.
[[nodiscard]] Result<EventStatement> parse_event_statement(std::string_view sql,
                                                           std::string_view default_schema,
                                                           schema::LexicalMode mode);

}  // namespace penstock::gate
