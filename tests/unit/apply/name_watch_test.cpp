#include "apply/name_watch.h"

#include <gtest/gtest.h>

namespace penstock::apply {
namespace {

const TableNames copied{{"shop", "log"}, {"shop", "part"}};

std::optional<schema::ObjectName> rebound(std::string_view sql) {
    return rebound_table(schema::classify(sql, "shop", {}), copied);
}

TEST(NameWatch, ARenameSwapOrExchangeOfACopiedTableIsSeen) {
    EXPECT_EQ(rebound("RENAME TABLE log TO log_old")->name, "log");
    EXPECT_TRUE(rebound("RENAME TABLE log_new TO log"));
    EXPECT_TRUE(rebound("RENAME TABLE other.x TO other.y, log TO _log_del, _log_gho TO log"));
    EXPECT_TRUE(rebound("ALTER TABLE shop.log RENAME TO other.log"));
    EXPECT_TRUE(rebound("ALTER TABLE part EXCHANGE PARTITION p0 WITH TABLE stage"));
}

TEST(NameWatch, WhatLeavesTheNamesAloneIsNot) {
    EXPECT_FALSE(rebound("RENAME TABLE a TO b"));
    EXPECT_FALSE(rebound("ALTER TABLE log ADD c INT"));
    EXPECT_FALSE(rebound("TRUNCATE TABLE log"));
    EXPECT_FALSE(rebound("DROP TABLE log"));
    EXPECT_FALSE(rebound("CREATE TABLE log_new LIKE log"));
    EXPECT_FALSE(rebound("ALTER TABLE other.log RENAME TO other.log2"));
}

}  // namespace
}  // namespace penstock::apply
