#include "gate/event_sql.h"

#include <gtest/gtest.h>

#include "fixtures.h"
#include "gate/definition_row.h"
#include "gate/event_statement.h"
#include "gate/time_zone.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

TEST(CreateHeader, IsDisabledAndHasEveryTimeAsLiteral) {
    ScheduledEventDefinition d = recurring_event();
    d.ends = "2027-01-01 00:00:00";
    EXPECT_EQ(create_header(d),
              "CREATE DEFINER=`app`@`%` EVENT `shop`.`tick` ON SCHEDULE EVERY 1 MINUTE STARTS "
              "'2026-01-01 00:00:00' ENDS '2027-01-01 00:00:00' DISABLE DO ");
    EXPECT_EQ(create_header(one_shot_event()),
              "CREATE DEFINER=`app`@`%` EVENT `shop`.`once` ON SCHEDULE AT '2026-06-01 12:00:00' "
              "DISABLE DO ");
    d.on_completion = "PRESERVE";
    EXPECT_NE(create_header(d).find(" ON COMPLETION PRESERVE DISABLE"), std::string::npos);
}

TEST(CreateHeader, QuotesNamesDefinersAndCompoundIntervals) {
    ScheduledEventDefinition d = recurring_event();
    d.name = "a`b";
    d.definer = "we@rd`x@local host";
    d.interval_value = "'1:30'";
    d.interval_field = "HOUR_MINUTE";
    const std::string sql = create_header(d);
    EXPECT_NE(sql.find("DEFINER=`we@rd``x`@`local host`"), std::string::npos) << sql;
    EXPECT_NE(sql.find("`shop`.`a``b`"), std::string::npos) << sql;
    EXPECT_NE(sql.find("EVERY '1:30' HOUR_MINUTE"), std::string::npos) << sql;
    d.interval_value = "1:30";
    EXPECT_NE(create_header(d).find("EVERY '1:30' HOUR_MINUTE"), std::string::npos);
}

TEST(CreateHeader, ACommentComesBackUnderEverySqlMode) {
    for (const char* sql_mode : {"", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"}) {
        ScheduledEventDefinition d = recurring_event();
        d.context.sql_mode = sql_mode;
        d.comment = R"(it's a "back\slash" \)";
        const std::string mode = sql_mode;
        const Result<EventStatement> read =
            parse_event_statement(create_header(d) + "SELECT 1", "",
                                  {mode == "ANSI_QUOTES", mode == "NO_BACKSLASH_ESCAPES"});
        ASSERT_TRUE(read.has_value()) << read.error().text;
        EXPECT_EQ(read->comment, d.comment);
        EXPECT_EQ(read->status, EventStatus::disabled);
    }
}

TEST(AlterStatus, StatesTheDefiner) {
    EXPECT_EQ(alter_status(recurring_event(), true),
              "ALTER DEFINER=`app`@`%` EVENT `shop`.`tick` ENABLE");
    EXPECT_EQ(alter_status(recurring_event(), false),
              "ALTER DEFINER=`app`@`%` EVENT `shop`.`tick` DISABLE");
}

TEST(BodyOf, IsTheBytesBehindDo) {
    ScheduledEventDefinition d = recurring_event();
    d.create_sql = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO  SELECT '\xE9'";
    EXPECT_EQ(body_of(d).value(), "SELECT '\xE9'");
    d.create_sql = "CREATE EVENT e";
    EXPECT_FALSE(body_of(d).has_value());
}

TEST(Differences, ThereAreNoneBetweenEqualOnes) {
    ScheduledEventDefinition other = recurring_event();
    other.status = "DISABLED";
    other.last_altered = "2026-05-05 00:00:00";
    other.last_executed = "2026-05-05 00:00:00";
    // Only the body counts of the text.
    other.create_sql = "CREATE EVENT `tick` ON SCHEDULE EVERY 1 DAY DO UPDATE t SET a = a + 1";
    EXPECT_TRUE(differences(recurring_event(), other).empty());
}

TEST(Differences, EveryPartOfTheContextIsSeen) {
    const ScheduledEventDefinition wanted = recurring_event();
    std::vector<ScheduledEventDefinition> changed(11, wanted);
    changed[0].definer = "root@localhost";
    changed[1].context.sql_mode = "";
    changed[2].time_zone = "+00:00";
    changed[3].context.character_set_client = "latin1";
    changed[4].context.collation_connection = "utf8mb4_bin";
    changed[5].context.database_collation = "latin1_swedish_ci";
    changed[6].starts = "2026-01-01 00:00:01";
    changed[7].ends = "2030-01-01 00:00:00";
    changed[8].on_completion = "PRESERVE";
    changed[9].comment = "x";
    changed[10].create_sql += " LIMIT 1";
    for (const ScheduledEventDefinition& found : changed) {
        EXPECT_EQ(differences(wanted, found).size(), 1U);
    }
}

TEST(DefinitionRow, HasAsManyValuesAsColumns) {
    EXPECT_EQ(definition_column_count(), 20U);
    ScheduledEventDefinition d = recurring_event();
    const std::string assignments = definition_assignments(d);
    EXPECT_NE(assignments.find("definer='app@%'"), std::string::npos) << assignments;
    EXPECT_NE(assignments.find("ends=NULL"), std::string::npos) << assignments;
    EXPECT_NE(assignments.find("interval_field='MINUTE'"), std::string::npos) << assignments;
}

TEST(ConstantOffset, OnlyOfZonesThatNeverChange) {
    EXPECT_EQ(constant_offset("0,0,0"), "+00:00");
    EXPECT_EQ(constant_offset("330,330"), "+05:30");
    EXPECT_EQ(constant_offset("-210"), "-03:30");
    EXPECT_EQ(constant_offset("60,120,60"), "");
    EXPECT_EQ(constant_offset(""), "");
}

}  // namespace
}  // namespace penstock::gate
