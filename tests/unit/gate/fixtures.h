// Definitions for tests of the gate's pure parts.
#pragma once

#include "schema/definitions.h"

namespace penstock::gate {

inline schema::ScheduledEventDefinition recurring_event() {
    schema::ScheduledEventDefinition d;
    d.schema = "shop";
    d.name = "tick";
    d.create_sql =
        "CREATE DEFINER=`app`@`%` EVENT `tick` ON SCHEDULE EVERY 1 MINUTE STARTS '2026-01-01 "
        "00:00:00' ON COMPLETION NOT PRESERVE ENABLE DO UPDATE t SET a = a + 1";
    d.context = {"STRICT_TRANS_TABLES", "utf8mb4", "utf8mb4_0900_ai_ci", "utf8mb4_0900_ai_ci"};
    d.definer = "app@%";
    d.time_zone = "SYSTEM";
    d.status = "ENABLED";
    d.type = "RECURRING";
    d.on_completion = "NOT PRESERVE";
    d.last_altered = "2026-01-01 00:00:00";
    d.interval_value = "1";
    d.interval_field = "MINUTE";
    d.starts = "2026-01-01 00:00:00";
    return d;
}

inline schema::ScheduledEventDefinition one_shot_event() {
    schema::ScheduledEventDefinition d = recurring_event();
    d.name = "once";
    d.create_sql =
        "CREATE DEFINER=`app`@`%` EVENT `once` ON SCHEDULE AT '2026-06-01 12:00:00' ON COMPLETION "
        "NOT PRESERVE ENABLE DO DELETE FROM t";
    d.type = "ONE TIME";
    d.interval_value.reset();
    d.interval_field.reset();
    d.starts.reset();
    d.execute_at = "2026-06-01 12:00:00";
    return d;
}

}  // namespace penstock::gate
