#include "base/quantity.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(Quantity, SizesTakeUnitsOfThousandsAndOf1024) {
    EXPECT_EQ(parse_size_bytes("64MiB").value(), 64U << 20);
    EXPECT_EQ(parse_size_bytes("500kB").value(), 500'000U);
    EXPECT_EQ(parse_size_bytes("7 B").value(), 7U);
}

TEST(Quantity, ANumberWithoutOrWithAWrongUnitIsRefusedWithAnExample) {
    for (const char* text :
         {"64", "64mb", "", "MiB", "-1MiB", "99999999999999999999B", "9999999999GiB"}) {
        const auto result = parse_size_bytes(text);
        ASSERT_FALSE(result) << text;
        EXPECT_NE(result.error().remedy.find("64MiB"), std::string::npos);
    }
    EXPECT_FALSE(parse_duration("30"));
    EXPECT_FALSE(parse_duration("30m"));
}

TEST(Quantity, DurationsAreMilliseconds) {
    EXPECT_EQ(parse_duration("30s")->count(), 30'000);
    EXPECT_EQ(parse_duration("250ms")->count(), 250);
    EXPECT_EQ(parse_duration("2min")->count(), 120'000);
}

TEST(Quantity, DisplaysAreShort) {
    EXPECT_EQ(format_size(1536), "1.5 KiB");
    EXPECT_EQ(format_count(12'345), "12.3k");
    EXPECT_EQ(format_duration(std::chrono::seconds(125)), "2m 05s");
}

}  // namespace
}  // namespace penstock::base
