#include "task/apply_meter.h"

#include <gtest/gtest.h>

namespace penstock::task {
namespace {

using std::chrono::seconds;

TEST(ApplyMeter, RatesAreThoseOfTheLastSecondsAndMeansThoseOfAll) {
    ApplyMeter meter;
    apply::ApplyStats stats;
    const ApplyMeter::Clock::time_point begin{};
    EXPECT_EQ(meter.measure(apply::Mode::exact, stats, begin).rows_rate, 0);
    stats.units = 100;
    stats.rows = 1000;
    stats.commit_us = 200'000;
    stats.commit_us_max = 5000;
    stats.in_flight_sum = 300;
    stats.grouping_blocked_us = 500'000;
    const ApplyProgress first = meter.measure(apply::Mode::exact, stats, begin + seconds(1));
    EXPECT_EQ(first.mode, "exact");
    EXPECT_DOUBLE_EQ(first.units_rate, 100);
    EXPECT_DOUBLE_EQ(first.rows_rate, 1000);
    EXPECT_DOUBLE_EQ(first.commit_seconds_mean, 0.002);
    EXPECT_DOUBLE_EQ(first.commit_seconds_max, 0.005);
    EXPECT_DOUBLE_EQ(first.in_flight_mean, 3);
    EXPECT_DOUBLE_EQ(first.grouping_blocked, 0.5);
    for (int second = 2; second < 20; ++second) {
        EXPECT_GE(meter.measure(apply::Mode::exact, stats, begin + seconds(second)).rows_rate, 0);
    }
    EXPECT_EQ(meter.measure(apply::Mode::exact, stats, begin + seconds(20)).rows_rate, 0);
}

TEST(ApplyMeter, NothingAppliedYetIsZeroEverywhere) {
    const ApplyProgress shown =
        ApplyMeter().measure(apply::Mode::grouped, apply::ApplyStats(), ApplyMeter::Clock::now());
    EXPECT_EQ(shown.mode, "grouped");
    EXPECT_EQ(shown.commit_seconds_mean, 0);
    EXPECT_EQ(shown.in_flight_mean, 0);
    EXPECT_EQ(shown.writing_starved, 0);
}

}  // namespace
}  // namespace penstock::task
