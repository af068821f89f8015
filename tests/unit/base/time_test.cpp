#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "base/time_histogram.h"
#include "base/wait_time.h"

namespace penstock::base {
namespace {

using std::chrono::microseconds;

TEST(TimeHistogram, QuantilesAreAtMostASixteenthTooLong) {
    constexpr unsigned seed = 20'240'229;
    std::mt19937_64 random(seed);
    TimeHistogram histogram;
    std::vector<std::int64_t> times;
    for (int i = 0; i < 10'000; ++i) {
        times.push_back(static_cast<std::int64_t>(random() >> (24 + random() % 40)));
        histogram.add(microseconds(times.back()));
    }
    std::sort(times.begin(), times.end());
    for (const double share : {0.0001, 0.1, 0.5, 0.9, 0.99, 1.0}) {
        const auto exact = times[static_cast<std::size_t>(share * 10'000) - 1];
        const auto found = TimeHistogram::quantile(histogram.counts(), share)->count();
        EXPECT_GE(found, exact) << share;
        EXPECT_LE(found, exact + exact / 16) << share;
    }
}

TEST(TimeHistogram, TakesAnyTime) {
    TimeHistogram histogram;
    EXPECT_FALSE(TimeHistogram::quantile(histogram.counts(), 0.5));
    histogram.add(microseconds(-5));
    EXPECT_EQ(TimeHistogram::quantile(histogram.counts(), 1), microseconds(0));
    histogram.add(microseconds::max());
    EXPECT_EQ(TimeHistogram::quantile(histogram.counts(), 1)->count(), (1LL << 40) - 1);
}

TEST(WaitTime, ContainsTheWaitsUnderWay) {
    WaitTime time;
    const auto now = [] { return WaitTime::Clock::now(); };
    const auto whole_microseconds = [](auto duration) {
        return std::chrono::duration_cast<microseconds>(duration);
    };
    const auto created = now();
    const auto ended = [&] {
        const WaitTime::Scope first(time);
        const auto begun = now();
        const WaitTime::Scope second(time);
        while (now() - begun < microseconds(200)) continue;
        const auto at = now();
        // The first has waited since before `begun`, the second since after it.
        EXPECT_GE(time.total(at), whole_microseconds(at - begun));
        EXPECT_LE(time.total(at), 2 * (at - created));
        EXPECT_GT(time.total(begun + std::chrono::hours(1)), std::chrono::hours(1));
        return whole_microseconds(at - begun);
    }();
    const auto total = time.total(now());
    EXPECT_GE(total, ended);
    EXPECT_EQ(time.total(now() + std::chrono::hours(1)), total);
}

}  // namespace
}  // namespace penstock::base
