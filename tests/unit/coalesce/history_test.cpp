#include <gtest/gtest.h>
#include <cstdio>
#include <cstdlib>

#include "history.h"

namespace penstock::coalesce {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// PENSTOCK_HISTORIES=1000000 PENSTOCK_SEED=1 for more of them, from that seed on.
TEST(History, EveryCoalescedGroupEndsLikeTheReplay) {
    const std::uint64_t first = from_environment("PENSTOCK_SEED", 20261122);
    const std::uint64_t count = from_environment("PENSTOCK_HISTORIES", 10'000);
    std::printf("seeds %llu and on, %llu histories\n", static_cast<unsigned long long>(first),
                static_cast<unsigned long long>(count));
    HistoryCheck check;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string problem = check.run(first + i);
        ASSERT_EQ(problem, "") << "seed " << first + i;
    }
    const Counters& counters = check.counters();
    std::printf("%llu groups, rows: %llu in, %llu out, %llu kept in order; %llu updates split\n",
                static_cast<unsigned long long>(counters.groups),
                static_cast<unsigned long long>(counters.rows_in),
                static_cast<unsigned long long>(counters.rows_out),
                static_cast<unsigned long long>(counters.rows_kept_in_order),
                static_cast<unsigned long long>(counters.updates_split));
    // The histories have what they are for.
    EXPECT_GT(counters.rows_in, counters.rows_out);
    EXPECT_GT(counters.rows_kept_in_order, counters.rows_in / 20);
    EXPECT_GT(counters.updates_split, counters.groups / 20);
}

}  // namespace
}  // namespace penstock::coalesce
