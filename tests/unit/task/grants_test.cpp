#include "task/grants.h"

#include <gtest/gtest.h>

namespace penstock::task {
namespace {

using Lines = std::vector<std::string>;

TEST(Grants, GlobalRightCoversEveryDatabase) {
    Grants grants;
    grants.add_line("GRANT SELECT, REPLICATION SLAVE ON *.* TO `u`@`%`");
    EXPECT_TRUE(grants.allows("SELECT", "shop"));
    EXPECT_TRUE(grants.allows("REPLICATION SLAVE", ""));
    EXPECT_FALSE(grants.allows("INSERT", "shop"));
}

TEST(Grants, DatabaseRightIsNotGlobal) {
    Grants grants;
    grants.add_line("GRANT SELECT, CREATE VIEW ON `shop`.* TO `u`@`%` WITH GRANT OPTION");
    EXPECT_TRUE(grants.allows("CREATE VIEW", "shop"));
    EXPECT_FALSE(grants.allows("SELECT", "crm"));
    EXPECT_FALSE(grants.allows("SELECT", ""));
}

TEST(Grants, AllPrivilegesStandsForTheDatabaseRights) {
    Grants grants;
    grants.add_line("GRANT ALL PRIVILEGES ON `shop`.* TO `u`@`%`");
    EXPECT_TRUE(grants.allows("TRIGGER", "shop"));
    EXPECT_TRUE(grants.allows("LOCK TABLES", "shop"));
    EXPECT_FALSE(grants.allows("REPLICATION SLAVE", ""));
}

TEST(Grants, WildcardsAndEscapesOfDatabaseNamesCount) {
    Grants grants;
    grants.add_line("GRANT SELECT ON `a\\_b`.* TO `u`@`%`");
    grants.add_line("GRANT INSERT ON `a_b`.* TO `u`@`%`");
    grants.add_line("GRANT UPDATE ON `a%`.* TO `u`@`%`");
    EXPECT_TRUE(grants.allows("SELECT", "a_b"));
    EXPECT_FALSE(grants.allows("SELECT", "axb"));
    EXPECT_TRUE(grants.allows("INSERT", "axb"));
    EXPECT_TRUE(grants.allows("UPDATE", "apple"));
    EXPECT_FALSE(grants.allows("UPDATE", "banana"));
    Grants plain(false);
    plain.add_line("GRANT INSERT ON `a_b`.* TO `u`@`%`");
    EXPECT_FALSE(plain.allows("INSERT", "axb"));
}

TEST(Grants, PatternsMatchInBoundedTime) {
    Grants grants;
    std::string pattern;
    for (int i = 0; i < 32; ++i) pattern += "%a";
    grants.add_line("GRANT SELECT ON `" + pattern + "b`.* TO `u`@`%`");
    EXPECT_FALSE(grants.allows("SELECT", std::string(256, 'a')));
}

TEST(Grants, PartialRevokeTakesAGlobalRightAway) {
    Grants grants(false);
    grants.add_line("GRANT SELECT ON *.* TO `u`@`%`");
    grants.add_line("REVOKE SELECT ON `shop`.* FROM `u`@`%`");
    EXPECT_FALSE(grants.allows("SELECT", "shop"));
    EXPECT_TRUE(grants.allows("SELECT", "crm"));
    EXPECT_TRUE(grants.allows("SELECT", ""));
}

TEST(Grants, TablesColumnsRolesRoutinesAndProxiesAreLeftAside) {
    Grants grants;
    grants.add_line("GRANT SELECT (`user`), UPDATE (`host`) ON `mysql`.`user` TO `u`@`%`");
    grants.add_line("GRANT SELECT ON `shop`.`orders` TO `u`@`%`");
    grants.add_line("GRANT `role ON x`@`%` TO `u`@`%`");
    grants.add_line("GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `u`@`%`");
    grants.add_line("GRANT PROXY ON ``@`` TO `u`@`%`");
    grants.add_line("nonsense");
    grants.add_line("GRANT ");
    EXPECT_FALSE(grants.allows("SELECT", "mysql"));
    EXPECT_FALSE(grants.allows("SELECT", "shop"));
    EXPECT_FALSE(grants.allows("EXECUTE", "shop"));
}

TEST(Grants, BackticksInNamesAreRead) {
    Grants grants;
    grants.add_line("GRANT SELECT ON `a``b. ON c`.* TO `u`@`%`");
    EXPECT_TRUE(grants.allows("SELECT", "a`b. ON c"));
}

TEST(Grants, TrialCountsForMoreThanALine) {
    Grants grants;
    grants.add_line("GRANT REPLICATION SLAVE ON *.* TO `u`@`%`");
    grants.prove("REPLICATION SLAVE", false);
    grants.prove("REPLICATION CLIENT", true);
    EXPECT_FALSE(grants.allows("REPLICATION SLAVE", ""));
    EXPECT_TRUE(grants.allows("REPLICATION CLIENT", ""));
}

TEST(Grants, MissingRightsAreGatheredByDatabaseInPasteableLines) {
    Grants grants;
    grants.add_line("GRANT SELECT ON `my\\_shop`.* TO `pen`@`10.%`");
    const std::vector<Requirement> needs{{{"REPLICATION SLAVE"}, ""},
                                         {{"SELECT"}, "my_shop"},
                                         {{"EVENT"}, "my_shop"},
                                         {{"TRIGGER"}, "my_shop"},
                                         {{"SESSION_VARIABLES_ADMIN", "SUPER"}, ""}};
    EXPECT_EQ(grants.missing(needs, "pen@10.%"),
              (Lines{"GRANT REPLICATION SLAVE, SESSION_VARIABLES_ADMIN ON *.* TO `pen`@`10.%`;",
                     "GRANT EVENT, TRIGGER ON `my\\_shop`.* TO `pen`@`10.%`;"}));
}

TEST(Grants, AnyOneOfSeveralRightsIsEnough) {
    Grants grants;
    grants.add_line("GRANT SUPER ON *.* TO `u`@`%`");
    EXPECT_TRUE(grants.missing({{{"SESSION_VARIABLES_ADMIN", "SUPER"}, ""}}, "u@%").empty());
}

TEST(Grants, AccountIsSplitAtItsLastAtSign) {
    EXPECT_EQ(quote_account("a@b@localhost"), "`a@b`@`localhost`");
}

}  // namespace
}  // namespace penstock::task
