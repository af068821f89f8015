// What SHOW CREATE prints, taken apart: tables, and texts in two character sets.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "schema/compare.h"
#include "schema/mixed_text.h"
#include "schema/table_text.h"

namespace penstock::schema {
namespace {

// The parts of `sql` that are utf8, joined by "|".
std::string utf8_parts(MixedKind kind, const std::string& sql, LexicalMode mode = {}) {
    const Result<std::vector<TextRange>> ranges = utf8_ranges(kind, sql, mode);
    if (!ranges) return "error";
    std::string parts;
    for (const TextRange& range : *ranges) {
        if (!parts.empty()) parts += '|';
        parts += sql.substr(range.begin, range.end - range.begin);
    }
    return parts;
}

TEST(TableText, ForeignKeysAreTakenOutAndTheRestStaysByteForByte) {
    const std::string sql =
        "CREATE TABLE `t` (\n"
        "  `a` int NOT NULL,\n"
        "  `e` enum('a,b','c)') DEFAULT 'c)' COMMENT ', CONSTRAINT `x` FOREIGN KEY (`a`)',\n"
        "  PRIMARY KEY (`a`),\n"
        "  CONSTRAINT `f1` FOREIGN KEY (`a`) REFERENCES `x`.`u` (`a`, `b`) ON DELETE CASCADE,\n"
        "  CONSTRAINT `c1` CHECK ((`a` > 0)),\n"
        "  CONSTRAINT `f,2` FOREIGN KEY (`a`) REFERENCES `t` (`a`)\n"
        ") ENGINE=InnoDB COMMENT='(x'";
    const Result<TableText> text = split_foreign_keys(sql);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->without_foreign_keys,
              "CREATE TABLE `t` (\n"
              "  `a` int NOT NULL,\n"
              "  `e` enum('a,b','c)') DEFAULT 'c)' COMMENT ', CONSTRAINT `x` FOREIGN KEY (`a`)',\n"
              "  PRIMARY KEY (`a`),\n"
              "  CONSTRAINT `c1` CHECK ((`a` > 0))\n"
              ") ENGINE=InnoDB COMMENT='(x'");
    ASSERT_EQ(text->foreign_keys.size(), 2U);
    EXPECT_EQ(text->foreign_keys[0].name, "f1");
    EXPECT_EQ(text->foreign_keys[0].definition,
              "CONSTRAINT `f1` FOREIGN KEY (`a`) REFERENCES `x`.`u` (`a`, `b`) ON DELETE CASCADE");
    EXPECT_EQ(text->foreign_keys[1].name, "f,2");
}

TEST(TableText, ATableWithoutForeignKeysIsUntouched) {
    const std::string sql =
        "CREATE TABLE `t` (\n  `foreign` int DEFAULT NULL\n) ENGINE=InnoDB\n"
        "/*!50100 PARTITION BY RANGE (`foreign`)\n(PARTITION p0 VALUES LESS THAN (1)) */";
    const Result<TableText> text = split_foreign_keys(sql);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->without_foreign_keys, sql);
    EXPECT_TRUE(text->foreign_keys.empty());
}

TEST(TableText, WhatIsNoTableIsAnError) {
    for (const char* sql : {"", "CREATE TABLE `t", "CREATE TABLE t", "CREATE TABLE `t` (`a` int"}) {
        EXPECT_FALSE(split_foreign_keys(sql)) << sql;
    }
}

TEST(TableText, WhatTwoEqualTablesMayDifferInIsLeftOut) {
    EXPECT_EQ(comparable_table_text("CREATE TABLE `t` (\n  `a` int NOT NULL AUTO_INCREMENT COMMENT "
                                    "'AUTO_INCREMENT=5'\n) ENGINE=InnoDB AUTO_INCREMENT=17 "
                                    "DEFAULT CHARSET=utf8mb4"),
              "CREATE TABLE `t` (\n  `a` int NOT NULL AUTO_INCREMENT COMMENT "
              "'AUTO_INCREMENT=5'\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
    EXPECT_EQ(comparable_table_text("CREATE TABLE `t` (`a` text CHARACTER SET utf8mb4 COLLATE "
                                    "utf8mb4_bin, `b` text CHARACTER SET latin1)"),
              "CREATE TABLE `t` (`a` text COLLATE utf8mb4_bin, `b` text CHARACTER SET latin1)");
}

TEST(MixedText, BodiesAndParametersAreTheClients) {
    EXPECT_EQ(utf8_parts(MixedKind::routine,
                         "CREATE DEFINER=`u`@`h` PROCEDURE `p`(`x` INT, y ENUM('(','b'))\n"
                         "    NO SQL\n    SQL SECURITY INVOKER\n    COMMENT 'no\nway'\n"
                         "BEGIN SELECT 1; END"),
              "CREATE DEFINER=`u`@`h` PROCEDURE `p`|)\n    NO SQL\n    SQL SECURITY INVOKER\n"
              "    COMMENT 'no\nway'\n");
    EXPECT_EQ(utf8_parts(MixedKind::routine,
                         "CREATE DEFINER=`u`@`h` FUNCTION `f`() RETURNS enum('x','b') CHARSET "
                         "latin1\n    DETERMINISTIC\nRETURN 'a'"),
              "CREATE DEFINER=`u`@`h` FUNCTION `f`|) RETURNS enum('x','b') CHARSET latin1\n"
              "    DETERMINISTIC\n");
    EXPECT_EQ(
        utf8_parts(MixedKind::routine, "CREATE DEFINER=\"u\"@\"h\" PROCEDURE \"p(\"()\nSELECT 1",
                   {.ansi_quotes = true, .no_backslash_escapes = false}),
        "CREATE DEFINER=\"u\"@\"h\" PROCEDURE \"p(\"|)\n");
}

TEST(MixedText, TriggersAndScheduledEventsAreUtf8UpToTheirBody) {
    EXPECT_EQ(utf8_parts(MixedKind::trigger,
                         "CREATE DEFINER=`u`@`h` TRIGGER `for each` BEFORE INSERT ON `t` FOR EACH "
                         "ROW SET @a=1"),
              "CREATE DEFINER=`u`@`h` TRIGGER `for each` BEFORE INSERT ON `t` FOR EACH ROW ");
    EXPECT_EQ(utf8_parts(MixedKind::scheduled_event,
                         "CREATE DEFINER=`do`@`h` EVENT `do` ON SCHEDULE EVERY 1 DAY COMMENT 'DO' "
                         "DO DO SLEEP(1)"),
              "CREATE DEFINER=`do`@`h` EVENT `do` ON SCHEDULE EVERY 1 DAY COMMENT 'DO' DO ");
}

TEST(MixedText, ATextWithoutBodyIsAnError) {
    EXPECT_EQ(utf8_parts(MixedKind::routine, "CREATE PROCEDURE p"), "error");
    EXPECT_EQ(utf8_parts(MixedKind::trigger, "CREATE TRIGGER t"), "error");
    EXPECT_EQ(utf8_parts(MixedKind::scheduled_event, "CREATE EVENT `e"), "error");
}

TEST(MixedText, NamesOfModesGiveTheLexicalRules) {
    EXPECT_TRUE(lexical_mode_of_names("PIPES_AS_CONCAT,ANSI_QUOTES").ansi_quotes);
    EXPECT_TRUE(lexical_mode_of_names("NO_BACKSLASH_ESCAPES").no_backslash_escapes);
    EXPECT_FALSE(lexical_mode_of_names("").ansi_quotes);
}

TEST(Compare, DifferencesAreNamedFromBothSides) {
    Catalogue source;
    Catalogue destination;
    TableDefinition table;
    table.schema = "d";
    table.name = "same";
    table.create_sql = "CREATE TABLE `same` (`a` int) AUTO_INCREMENT=5";
    source.tables.push_back(table);
    table.create_sql = "CREATE TABLE `same` (`a` int) AUTO_INCREMENT=9";
    destination.tables.push_back(table);
    table.name = "other";
    source.tables.push_back(table);
    table.create_sql = "CREATE TABLE `same` (`a` bigint)";
    destination.tables.push_back(table);
    DatabaseDefinition database;
    database.name = "d";
    database.create_sql = "CREATE DATABASE `d`";
    source.databases.push_back(database);
    RoutineDefinition routine;
    routine.schema = "d";
    routine.name = "r";
    destination.routines.push_back(routine);

    const std::vector<SchemaDifference> found = compare_catalogues(source, destination);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].to_string(), "database `d` is missing on the destination");
    EXPECT_EQ(found[1].object, "table `d`.`other`");
    EXPECT_NE(found[1].to_string().find("bigint"), std::string::npos);
    EXPECT_EQ(found[2].to_string(), "procedure `d`.`r` is on the destination only");
}

TEST(Compare, AContextThatDiffersIsADifference) {
    ViewDefinition view;
    view.create_sql = "CREATE VIEW v AS select 1";
    view.context.character_set_client = "latin1";
    const std::string latin1 = comparable(view);
    view.context.character_set_client = "utf8mb4";
    EXPECT_NE(comparable(view), latin1);
}

TEST(Compare, BytesThatAreNotTextAreShownAsHex) {
    EXPECT_EQ(describe_difference("caf\xe9", "caf\xc3\xa9\n"),
              "wanted \"caf\\xe9\", found \"caf\xc3\xa9 \"");
}

}  // namespace
}  // namespace penstock::schema
