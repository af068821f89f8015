#include "base/text.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(Text, CaseIsFoldedForAsciiOnly) {
    EXPECT_TRUE(equals_ignoring_ascii_case("Select", "sELECT"));
    EXPECT_FALSE(equals_ignoring_ascii_case("\xC4", "\xE4"));
    EXPECT_FALSE(equals_ignoring_ascii_case("a", "ab"));
}

TEST(Text, SplitKeepsEmptyParts) {
    const auto parts = split("a,,b,", ',');
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_EQ(parts[1], "");
    EXPECT_EQ(parts[3], "");
}

TEST(Text, HexAndTrim) {
    EXPECT_EQ(to_hex(std::string_view("\x00\xff", 2)), "00ff");
    std::string out = "0x";
    append_hex(out, std::string_view("\x1f\x80", 2));
    EXPECT_EQ(out, "0x1f80");
    EXPECT_EQ(trim(" \t a b \n"), "a b");
}

}  // namespace
}  // namespace penstock::base
