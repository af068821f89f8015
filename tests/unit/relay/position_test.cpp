#include "relay/position.h"

#include <gtest/gtest.h>

namespace penstock::relay {
namespace {

TEST(PositionTest, FilesAreOrderedByNumberNotByText) {
    EXPECT_LT((Position{"binlog.999999", 9}), (Position{"binlog.1000000", 4}));
    EXPECT_LT((Position{"binlog.000009", 9}), (Position{"binlog.000010", 4}));
    EXPECT_GT((Position{"binlog.000010", 4}), (Position{"binlog.000009", 4'000'000'000'000}));
}

TEST(PositionTest, WithinAFileTheOffsetDecides) {
    EXPECT_LT((Position{"b.000001", 4'294'967'295}), (Position{"b.000001", 4'294'967'296}));
    EXPECT_EQ((Position{"b.000001", 4}), (Position{"b.000001", 4}));
}

TEST(PositionTest, TheEmptyPositionIsBeforeAllOthers) {
    EXPECT_LT(Position{}, (Position{"binlog.000001", 0}));
    EXPECT_TRUE(Position{}.empty());
}

TEST(PositionTest, TheNumberIsWhatFollowsTheLastDot) {
    EXPECT_EQ(file_number("my.host-bin.000042"), 42U);
    EXPECT_EQ(file_base("my.host-bin.000042"), "my.host-bin");
    EXPECT_EQ(file_number("binlog.1000000"), 1'000'000U);
    for (const char* name : {"", "binlog", "binlog.", "binlog.index", ".000001", "binlog.00001x",
                             "binlog.99999999999999999999"}) {
        EXPECT_FALSE(file_number(name)) << name;
    }
}

}  // namespace
}  // namespace penstock::relay
