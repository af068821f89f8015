#include "gate/event_statement.h"

#include <gtest/gtest.h>

#include "gate/errors.h"

namespace penstock::gate {
namespace {

using schema::LexicalMode;
using schema::ObjectName;
using schema::Verb;

EventStatement parsed(std::string_view sql, LexicalMode mode = {}) {
    Result<EventStatement> statement = parse_event_statement(sql, "shop", mode);
    EXPECT_TRUE(statement.has_value()) << sql << "\n" << (statement ? "" : statement.error().text);
    return statement.value_or(EventStatement{});
}

std::string body(std::string_view sql, LexicalMode mode = {}) {
    return std::string(sql.substr(parsed(sql, mode).body_offset.value_or(sql.size())));
}

bool refused(std::string_view sql) {
    const Result<EventStatement> statement = parse_event_statement(sql, "shop", {});
    return !statement && statement.error().code == error_event_statement;
}

TEST(EventStatement, ReadsEveryPartOfACreate) {
    const EventStatement s = parsed(
        "CREATE DEFINER=`al`@`%` EVENT IF NOT EXISTS `crm`.`nightly` ON SCHEDULE EVERY 1 DAY "
        "STARTS '2026-01-01 03:00:00' ENDS '2027-01-01 00:00:00' ON COMPLETION NOT PRESERVE "
        "DISABLE COMMENT 'it''s late' DO DELETE FROM t");
    EXPECT_EQ(s.verb, Verb::create);
    EXPECT_EQ(s.name, (ObjectName{"crm", "nightly"}));
    EXPECT_TRUE(s.if_not_exists);
    EXPECT_EQ(s.definer, (Definer{"al", "%"}));
    ASSERT_TRUE(s.schedule.has_value());
    EXPECT_EQ(s.schedule->every, "1 DAY");
    EXPECT_EQ(s.schedule->starts, "'2026-01-01 03:00:00'");
    EXPECT_EQ(s.schedule->ends, "'2027-01-01 00:00:00'");
    EXPECT_EQ(s.preserve, false);
    EXPECT_EQ(s.status, EventStatus::disabled);
    EXPECT_EQ(s.comment, "it's late");
    EXPECT_TRUE(s.body_offset.has_value());
}

TEST(EventStatement, LeavesOutWhatIsNotSaid) {
    const EventStatement s = parsed("create event e on schedule at now() do select 1");
    EXPECT_EQ(s.name, (ObjectName{"shop", "e"}));
    EXPECT_EQ(s.schedule->at, "now()");
    EXPECT_FALSE(s.definer || s.preserve || s.status || s.comment || s.rename_to);
    EXPECT_FALSE(s.if_not_exists || s.if_exists || s.or_replace);
}

TEST(EventStatement, ReadsDefinersInEveryQuoting) {
    const auto definer = [](std::string_view text, LexicalMode mode = {}) {
        return parsed("ALTER DEFINER" + std::string(text) + " EVENT e ENABLE", mode).definer;
    };
    EXPECT_EQ(definer("=root@localhost"), (Definer{"root", "localhost"}));
    EXPECT_EQ(definer(" = 'a b'@'%.example.org'"), (Definer{"a b", "%.example.org"}));
    EXPECT_EQ(definer("=`x`@y"), (Definer{"x", "y"}));
    EXPECT_EQ(definer("='o''neil' @ 'h'"), (Definer{"o'neil", "h"}));
    EXPECT_EQ(definer("=\"q\"@\"h\"", {true, false}), (Definer{"q", "h"}));
    EXPECT_EQ(definer("=some_role"), (Definer{"some_role", ""}));
    EXPECT_EQ(definer("=`we@rd`@`h`"), (Definer{"we@rd", "h"}));
    EXPECT_EQ(definer("=CURRENT_USER"), std::nullopt);
    EXPECT_EQ(definer("=current_user()"), std::nullopt);
}

TEST(EventStatement, PassesOverComments) {
    const std::string_view sql =
        "/* CREATE EVENT x */ CREATE -- DO\n DEFINER /*!50117 = */ `a`@`b` # EVENT y\n EVENT "
        "/* DO */ e ON/**/SCHEDULE EVERY 5 SECOND /* STARTS */ COMMENT 'DO CREATE EVENT' DO "
        "/* kept */ SELECT 1";
    const EventStatement s = parsed(sql);
    EXPECT_EQ(s.name.name, "e");
    EXPECT_EQ(s.schedule->every, "5 SECOND");
    EXPECT_EQ(s.comment, "DO CREATE EVENT");
    EXPECT_EQ(body(sql), "SELECT 1");
}

TEST(EventStatement, ReadsTheInsideOfVersionComments) {
    const EventStatement s = parsed(
        "CREATE /*M! OR REPLACE */ EVENT e /*!50100 ON SCHEDULE EVERY 1 HOUR */ DO SET @a=1");
    EXPECT_TRUE(s.or_replace);
    EXPECT_EQ(s.schedule->every, "1 HOUR");
}

TEST(EventStatement, ReadsTheServersOwnDropWithItsGluedName) {
    const EventStatement s = parsed("DROP EVENT IF EXISTS`nightly`");
    EXPECT_EQ(s.verb, Verb::drop);
    EXPECT_TRUE(s.if_exists);
    EXPECT_EQ(s.name, (ObjectName{"shop", "nightly"}));
}

TEST(EventStatement, NamesMayHoldAnything) {
    EXPECT_EQ(parsed("DROP EVENT `a``b`.`c.d e`").name, (ObjectName{"a`b", "c.d e"}));
    EXPECT_EQ(parsed("DROP EVENT a . b").name, (ObjectName{"a", "b"}));
    EXPECT_EQ(parsed("DROP EVENT `DO`").name.name, "DO");
    EXPECT_EQ(parsed("CREATE EVENT do ON SCHEDULE EVERY 1 DAY DO SELECT 1").name.name, "do");
    EXPECT_EQ(parsed("DROP EVENT crm.`\xC3\xA9v\xC3\xA9nement`").name.name,
              "\xC3\xA9v\xC3\xA9nement");
    EXPECT_EQ(parsed("DROP EVENT shop.2nd").name.name, "2nd");
}

TEST(EventStatement, AnsiQuotesMakeDoubleQuotesNames) {
    const std::string_view sql =
        R"(CREATE EVENT "my ev" ON SCHEDULE EVERY 1 DAY DO INSERT INTO "t" VALUES ('x'))";
    EXPECT_EQ(parsed(sql, {true, false}).name.name, "my ev");
    EXPECT_EQ(body(sql, {true, false}), R"(INSERT INTO "t" VALUES ('x'))");
    EXPECT_TRUE(refused(sql));
}

TEST(EventStatement, BackslashesInCommentsFollowTheMode) {
    EXPECT_EQ(parsed(R"(ALTER EVENT e COMMENT 'a\'b')").comment, "a'b");
    EXPECT_EQ(parsed(R"(ALTER EVENT e COMMENT 'a\')", {false, true}).comment, R"(a\)");
}

TEST(EventStatement, KeepsExpressionsAsWritten) {
    EXPECT_EQ(parsed("ALTER EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL (1+(2)) HOUR")
                  .schedule->at,
              "CURRENT_TIMESTAMP + INTERVAL (1+(2)) HOUR");
    const EventStatement s = parsed(
        "ALTER EVENT e ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS NOW() + INTERVAL 1 DAY ENDS "
        "IF(1, '2030-01-01', '2031-01-01') ON COMPLETION PRESERVE");
    EXPECT_EQ(s.schedule->every, "'1:30' HOUR_MINUTE");
    EXPECT_EQ(s.schedule->starts, "NOW() + INTERVAL 1 DAY");
    EXPECT_EQ(s.schedule->ends, "IF(1, '2030-01-01', '2031-01-01')");
    EXPECT_EQ(s.preserve, true);
    EXPECT_EQ(parsed("ALTER EVENT e ON SCHEDULE AT ' DO ON ENABLE'").schedule->at,
              "' DO ON ENABLE'");
}

TEST(EventStatement, ReadsEveryPartOfAnAlter) {
    const EventStatement s = parsed(
        "ALTER EVENT e ON COMPLETION PRESERVE RENAME TO crm.f ENABLE COMMENT '' DO BEGIN SELECT 1; "
        "SELECT 2; END");
    EXPECT_EQ(s.verb, Verb::alter);
    EXPECT_EQ(s.rename_to, (ObjectName{"crm", "f"}));
    EXPECT_EQ(s.status, EventStatus::enabled);
    EXPECT_EQ(s.comment, "");
    EXPECT_TRUE(s.body_offset.has_value());
    EXPECT_EQ(parsed("ALTER EVENT crm.e RENAME TO f").rename_to, (ObjectName{"shop", "f"}));
}

TEST(EventStatement, ReadsBothWordsForReplicas) {
    EXPECT_EQ(parsed("ALTER EVENT e DISABLE ON SLAVE").status, EventStatus::replica_side_disabled);
    EXPECT_EQ(parsed("ALTER EVENT e DISABLE ON REPLICA COMMENT 'x'").status,
              EventStatus::replica_side_disabled);
    EXPECT_EQ(parsed("ALTER EVENT e DISABLE").status, EventStatus::disabled);
    EXPECT_EQ(event_status("SLAVESIDE_DISABLED"), EventStatus::replica_side_disabled);
}

TEST(EventStatement, TheBodyIsNotLookedInto) {
    const std::string_view sql =
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO\n  BEGIN CREATE EVENT 'unterminated \xE9 ; END";
    EXPECT_EQ(body(sql), "BEGIN CREATE EVENT 'unterminated \xE9 ; END");
}

TEST(EventStatement, ATrailingSemicolonDoesNoHarm) {
    EXPECT_EQ(parsed("DROP EVENT e;").name.name, "e");
    EXPECT_EQ(parsed("ALTER EVENT e ENABLE ;").status, EventStatus::enabled);
}

TEST(EventStatement, RefusesWhatItDoesNotUnderstand) {
    for (const std::string_view sql :
         {"", "CREATE TABLE t (a INT)", "CREATE EVENT", "CREATE EVENT e", "DROP EVENT IF e",
          "CREATE EVENT e ON SCHEDULE EVERY 1 DAY", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO",
          "CREATE EVENT e ON SCHEDULE NEVER DO SELECT 1", "ALTER EVENT e RENAME f",
          "ALTER EVENT e FROBNICATE", "ALTER EVENT e COMMENT now", "ALTER EVENT e COMMENT 'open",
          "CREATE EVENT e ON SCHEDULE AT /* open", "CREATE OR EVENT e", "DROP EVENT a.b.c",
          "DROP EVENT e CASCADE", "ALTER DEFINER= EVENT e ENABLE"}) {
        EXPECT_TRUE(refused(sql)) << sql;
    }
}

TEST(EventStatement, RefusesAnUnqualifiedNameWithoutADefaultSchema) {
    EXPECT_FALSE(parse_event_statement("DROP EVENT e", "", {}).has_value());
    EXPECT_TRUE(parse_event_statement("DROP EVENT s.e", "", {}).has_value());
}

}  // namespace
}  // namespace penstock::gate
