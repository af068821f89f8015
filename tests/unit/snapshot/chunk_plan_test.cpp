#include "snapshot/chunk_plan.h"

#include <gtest/gtest.h>

#include "table_fixture.h"

namespace penstock::snapshot {
namespace {

TEST(ChunkPlan, PartsCoverEverythingOnce) {
    const std::vector<PartBounds> parts = split_range("1", "100", 4);
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_EQ(parts.front(), (PartBounds{"", "26"}));
    EXPECT_EQ(parts[1], (PartBounds{"26", "51"}));
    EXPECT_EQ(parts.back(), (PartBounds{"76", ""}));
}

TEST(ChunkPlan, SplitsAcrossZeroAndAtTheEndsOfBigint) {
    const auto whole = split_range("-9223372036854775808", "18446744073709551615", 3);
    ASSERT_EQ(whole.size(), 3U);
    EXPECT_EQ(whole[0].upper, "0");
    EXPECT_EQ(whole[1].upper, "9223372036854775808");
    const auto signs = split_range("-10", "9", 2);
    EXPECT_EQ(signs[0].upper, "0");
}

TEST(ChunkPlan, MakesNoMorePartsThanValues) {
    EXPECT_EQ(split_range("5", "6", 8).size(), 2U);
    EXPECT_EQ(split_range("5", "5", 8).size(), 1U);
}

TEST(ChunkPlan, TakesWhatIsNotANumberAsOnePart) {
    EXPECT_EQ(split_range("", "", 8), std::vector<PartBounds>{PartBounds{}});
    EXPECT_EQ(split_range("a", "b", 8).size(), 1U);
    EXPECT_EQ(split_range("9", "1", 8).size(), 1U);
}

TEST(ChunkPlan, OnlyLargeTablesWithAnIntegerFirstAreSplit) {
    TableShape integer = shape({column("a", "int")}, {"a"});
    EXPECT_EQ(part_count(integer, 4, 1000), 1U);
    integer.estimated_rows = 12'000;
    EXPECT_EQ(part_count(integer, 4, 1000), 3U);
    integer.estimated_rows = 1'000'000'000;
    EXPECT_EQ(part_count(integer, 4, 1000), 16U);
    TableShape text = shape({column("a", "varchar(9)", "utf8mb4")}, {"a"});
    text.estimated_rows = 1'000'000'000;
    EXPECT_EQ(part_count(text, 4, 1000), 1U);
    TableShape keyless = shape({column("a", "int")}, {});
    keyless.estimated_rows = 1'000'000'000;
    EXPECT_EQ(part_count(keyless, 4, 1000), 1U);
}

}  // namespace
}  // namespace penstock::snapshot
