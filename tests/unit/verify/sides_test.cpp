#include "verify/sides.h"

#include <gtest/gtest.h>

#include "verify/errors.h"
#include "verify/limits.h"

namespace penstock::verify {
namespace {

using namespace std::string_literals;
using snapshot::ColumnKind;

snapshot::TableShape two_columns() {
    snapshot::TableShape table;
    table.columns.resize(2);
    table.columns[0].name = "id";
    table.columns[1].name = "note";
    table.columns[1].kind = ColumnKind::text;
    return table;
}

TEST(Sides, ARowIsShownSoThatNullEmptyAndBytesDiffer) {
    EXPECT_EQ(describe_row(two_columns(), {"1"s, std::nullopt}), "`id` = 1, `note` = NULL");
    EXPECT_EQ(describe_row(two_columns(), {"1"s, ""s}), "`id` = 1, `note` = ''");
    EXPECT_EQ(describe_row(two_columns(), {"1"s, "\xC3\xA9"s}), "`id` = 1, `note` = X'c3a9'");
}

TEST(Sides, LongValuesAreCutWithTheirLengthGiven) {
    const std::string shown = describe_row(two_columns(), {"1"s, std::string(1000, 'x')});
    EXPECT_NE(shown.find("(1000 bytes)"), std::string::npos);
    EXPECT_LT(shown.size(), 2 * value_shown_bytes_max + 100);
}

TEST(Sides, OnlyColumnsThatDifferAreNamedWithBothValues) {
    EXPECT_EQ(describe_differences(two_columns(), {"1"s, "a"s}, {"1"s, "b"s}),
              "`note`: 'a' on source, 'b' on destination");
    EXPECT_EQ(describe_differences(two_columns(), {"1"s, ""s}, {"1"s, std::nullopt}),
              "`note`: '' on source, NULL on destination");
    EXPECT_EQ(describe_differences(two_columns(), {"1"s, "a"s}, {"1"s, "a"s}), "");
}

TEST(Sides, ACountThatIsNoNumberIsAnErrorAndNotZero) {
    EXPECT_EQ(parse_count("42").value(), 42U);
    EXPECT_EQ(parse_count("").error().code, error_bad_digest);
    EXPECT_EQ(parse_count("1x").error().code, error_bad_digest);
}

}  // namespace
}  // namespace penstock::verify
