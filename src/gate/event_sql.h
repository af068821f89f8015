// EventSql: the statements that make and change an event, in utf8mb4, and what two definitions
// differ in. Pure, any thread.
//
// Strings are written by the rules of the event's own sql_mode, which is in force when they are
// executed. The body is kept out: its bytes are in the event's character set.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::gate {

// "CREATE DEFINER=… EVENT `s`.`n` ON SCHEDULE … ON COMPLETION … DISABLE COMMENT '…' DO ": always
// disabled, and with the times as literals.
[[nodiscard]] std::string create_header(const schema::ScheduledEventDefinition& definition);

// "ALTER DEFINER=… EVENT `s`.`n` ENABLE" or "… DISABLE". The definer is stated because an ALTER
// without it would make the session's user the definer.
[[nodiscard]] std::string alter_status(const schema::ScheduledEventDefinition& definition,
                                       bool enable);

// The bytes behind DO of a create_sql, in the event's character set.
[[nodiscard]] Result<std::string> body_of(const schema::ScheduledEventDefinition& definition);

// What both say differently of: definer, sql_mode, zone, character sets, schedule, completion,
// comment, body. Not compared: status and when it last ran or was altered. Empty: the same.
[[nodiscard]] std::vector<std::string> differences(const schema::ScheduledEventDefinition& wanted,
                                                   const schema::ScheduledEventDefinition& found);

}  // namespace penstock::gate
