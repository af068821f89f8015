#include "gate/schedule.h"

#include <gtest/gtest.h>

namespace penstock::gate {
namespace {

LocalTime at(const char* text) {
    return parse_local_time(text).value();
}

std::string next(const char* starts, const char* value, const char* field, const char* now) {
    return to_string(next_run(at(starts), parse_interval(value, field).value(), at(now)));
}

TEST(LocalTime, IsReadAndPrinted) {
    EXPECT_EQ(to_string(at("2026-11-22 14:03:05")), "2026-11-22 14:03:05");
    EXPECT_EQ(to_string(at("2024-02-29 23:59:59.999999")), "2024-02-29 23:59:59");
    EXPECT_EQ(at("1970-01-01 00:00:01").seconds, 1);
    EXPECT_EQ(to_string(at("1969-12-31 23:59:59")), "1969-12-31 23:59:59");
}

TEST(LocalTime, RefusesWhatIsNoTime) {
    for (const char* text : {"", "2026-11-22", "2026-02-30 00:00:00", "2026-01-01 24:00:00",
                             "99999-01-01 00:00:00", "2026-01-01 00:00:61", "noon"}) {
        EXPECT_FALSE(parse_local_time(text).has_value()) << text;
    }
}

TEST(Interval, ReadsPlainAndCompoundValues) {
    EXPECT_EQ(parse_interval("5", "MINUTE")->seconds, 300);
    EXPECT_EQ(parse_interval("2", "WEEK")->seconds, 14 * 86400);
    EXPECT_EQ(parse_interval("2", "QUARTER")->months, 6);
    EXPECT_EQ(parse_interval("'1:30'", "HOUR_MINUTE")->seconds, 5400);
    EXPECT_EQ(parse_interval("'1 2:03:04'", "DAY_SECOND")->seconds, 86400 + 7200 + 180 + 4);
    EXPECT_EQ(parse_interval("'30'", "HOUR_MINUTE")->seconds, 1800);
    EXPECT_EQ(parse_interval("'1-6'", "YEAR_MONTH")->months, 18);
}

TEST(Interval, RefusesZeroUnknownUnitsAndTooManyParts) {
    EXPECT_FALSE(parse_interval("0", "SECOND").has_value());
    EXPECT_FALSE(parse_interval("1", "FORTNIGHT").has_value());
    EXPECT_FALSE(parse_interval("'1:2:3'", "HOUR_MINUTE").has_value());
    EXPECT_FALSE(parse_interval("", "HOUR").has_value());
    EXPECT_FALSE(parse_interval("99999999999999999999", "YEAR").has_value());
}

TEST(NextRun, IsTheFirstOneIfThatIsStillToCome) {
    EXPECT_EQ(next("2030-01-01 00:00:00", "1", "SECOND", "2026-01-01 00:00:00"),
              "2030-01-01 00:00:00");
}

TEST(NextRun, IsStrictlyLaterThanNow) {
    EXPECT_EQ(next("2026-01-01 00:00:00", "1", "MINUTE", "2026-01-01 00:05:00"),
              "2026-01-01 00:06:00");
    EXPECT_EQ(next("2026-01-01 00:00:00", "1", "MINUTE", "2026-01-01 00:05:59"),
              "2026-01-01 00:06:00");
}

TEST(NextRun, KeepsItsPhaseOverYears) {
    EXPECT_EQ(next("2020-01-01 00:00:07", "1", "HOUR", "2026-06-01 12:30:00"),
              "2026-06-01 13:00:07");
}

TEST(NextRun, GoesByTheCalendarForMonths) {
    EXPECT_EQ(next("2026-01-31 03:00:00", "1", "MONTH", "2026-02-01 00:00:00"),
              "2026-02-28 03:00:00");
    // Counted from the start, not from the shortened run before.
    EXPECT_EQ(next("2026-01-31 03:00:00", "1", "MONTH", "2026-03-01 00:00:00"),
              "2026-03-31 03:00:00");
    EXPECT_EQ(next("2024-02-29 00:00:00", "1", "YEAR", "2026-01-01 00:00:00"),
              "2026-02-28 00:00:00");
    EXPECT_EQ(next("2000-01-15 00:00:00", "1", "QUARTER", "2026-01-15 00:00:00"),
              "2026-04-15 00:00:00");
}

}  // namespace
}  // namespace penstock::gate
