// Schedule: MySQL's calendar of recurring events, as far as the gate must know it: when the next
// run would be, and whether there is one. Pure, any thread.
//
// Times are wall-clock times of the event's own time zone, as the server prints them; the server
// computes in them too (sql/event_data_objects.cc get_next_time, tag mysql-9.4.0), so days and
// months follow the calendar. A change of daylight saving between two runs shifts the instant, not
// the wall-clock time.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "penstock/result.h"

namespace penstock::gate {

// Seconds since 1970-01-01 00:00:00 on the wall clock.
struct LocalTime {
    std::int64_t seconds = 0;
    friend auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

// "2026-11-22 14:03:05", fractions cut off; nullopt: not such a text.
[[nodiscard]] std::optional<LocalTime> parse_local_time(std::string_view text);
[[nodiscard]] std::string to_string(LocalTime time);

struct Interval {
    std::int64_t months = 0;   // of YEAR, QUARTER, MONTH, YEAR_MONTH
    std::int64_t seconds = 0;  // of all others
};

// As information_schema.EVENTS has them: "1" "MINUTE", "'1:30'" "HOUR_MINUTE". nullopt: unknown
// field, or not positive.
[[nodiscard]] std::optional<Interval> parse_interval(std::string_view value,
                                                     std::string_view field);

// The earliest `starts` + k · `interval` that is later than `now` (k = 0 counts).
[[nodiscard]] LocalTime next_run(LocalTime starts, Interval interval, LocalTime now);

}  // namespace penstock::gate
