#include "snapshot/key_range.h"

#include <gtest/gtest.h>

#include "table_fixture.h"

namespace penstock::snapshot {
namespace {

TableShape composite() {
    return shape({column("a", "int"), column("b", "varchar(9)", "utf8mb4"), column("c", "date")},
                 {"a", "b", "c"});
}

TEST(KeyRange, StartsAndEndsAreOpen) {
    EXPECT_EQ(after(composite(), {}), "TRUE");
    EXPECT_EQ(up_to(composite(), {}), "TRUE");
    EXPECT_EQ(inside(composite(), {}), "TRUE");
}

TEST(KeyRange, WritesACompositeComparisonOutSoThatTheIndexCanBeUsed) {
    EXPECT_EQ(after(composite(), {"1", "_utf8mb4 X'61'", "'2020-01-01'"}),
              "(`a` > 1 OR (`a` = 1 AND (`b` > _utf8mb4 X'61' OR (`b` = _utf8mb4 X'61' AND "
              "(`c` > '2020-01-01')))))");
    EXPECT_EQ(up_to(composite(), {"1", "_utf8mb4 X'61'", "'2020-01-01'"}),
              "(`a` < 1 OR (`a` = 1 AND (`b` < _utf8mb4 X'61' OR (`b` = _utf8mb4 X'61' AND "
              "(`c` < '2020-01-01' OR `c` = '2020-01-01')))))");
}

TEST(KeyRange, ListsEnumNumbersBecauseTheIndexKnowsThemByEqualityOnly) {
    const TableShape table = shape({column("e", "enum('a','b','c')")}, {"e"});
    EXPECT_EQ(after(table, {"1"}), "(`e` IN (2,3))");
    EXPECT_EQ(after(table, {"3"}), "(FALSE)");
    EXPECT_EQ(up_to(table, {"1"}), "(`e` IN (0) OR `e` = 1)");
    EXPECT_EQ(up_to(table, {"0"}), "(FALSE OR `e` = 0)");
}

TEST(KeyRange, NamesOneRow) {
    EXPECT_EQ(at(composite(), {"1", "_utf8mb4 X''", "'2020-01-01'"}),
              "`a` = 1 AND `b` = _utf8mb4 X'' AND `c` = '2020-01-01'");
}

TEST(KeyRange, PartsOfATableMeetWithoutOverlap) {
    EXPECT_EQ(inside(composite(), {"", "10"}), "`a` < 10");
    EXPECT_EQ(inside(composite(), {"10", "20"}), "`a` >= 10 AND `a` < 20");
    EXPECT_EQ(inside(composite(), {"20", ""}), "`a` >= 20");
}

TEST(KeyRange, AStoredKeyIsReadBackAsItWas) {
    const KeyLiterals key{"-5", "_utf8mb4 X'2c20'", "'2020-01-01 00:00:00.000001'", "1e-7"};
    EXPECT_EQ(split_key(join_key(key)), key);
    EXPECT_TRUE(split_key("").empty());
}

TEST(KeyRange, ForcesTheKeysIndex) {
    EXPECT_EQ(from_clause(composite()), " FROM `shop`.`orders` FORCE INDEX (`PRIMARY`)");
    EXPECT_EQ(from_clause(shape({column("a", "int")}, {})), " FROM `shop`.`orders`");
}

}  // namespace
}  // namespace penstock::snapshot
