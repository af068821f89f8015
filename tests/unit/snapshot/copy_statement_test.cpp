#include "snapshot/copy_statement.h"

#include <gtest/gtest.h>

#include "table_fixture.h"

namespace penstock::snapshot {
namespace {

TableShape with_generated_key() {
    schema::ColumnDefinition generated = column("g", "int");
    generated.generated = true;
    schema::ColumnDefinition invisible = column("i", "int");
    invisible.invisible = true;
    return shape({column("a", "int"), generated, invisible, column("e", "enum('x')")}, {"g"});
}

TEST(CopyStatement, WritesInvisibleColumnsButNotGeneratedOnes) {
    const TableShape table = with_generated_key();
    EXPECT_EQ(CopyStatement(table).insert_head(),
              "INSERT INTO `shop`.`orders` (`a`,`i`,`e`) VALUES ");
}

TEST(CopyStatement, ReadsAGeneratedKeyColumnBehindTheOthers) {
    const TableShape table = with_generated_key();
    const CopyStatement statement(table);
    EXPECT_EQ(statement.select_chunk({}, {"7"}, 100),
              "SELECT `a`, `i`, CAST(`e` AS UNSIGNED), `g` FROM `shop`.`orders` FORCE INDEX "
              "(`PRIMARY`) WHERE TRUE AND (`g` > 7) ORDER BY `g` LIMIT 100");
    std::vector<std::string> key;
    statement.remember_key({"1", "2", "1", "14"}, key);
    EXPECT_EQ(statement.key_of(key), KeyLiterals{"14"});
}

TEST(CopyStatement, TellsNullFromEmptyAndCountsEnumErrorValues) {
    const TableShape table =
        shape({column("a", "varchar(9)", "utf8mb4"), column("e", "enum('x')")}, {});
    const CopyStatement statement(table);
    JsonStage stage(1);
    std::string sql;
    EXPECT_EQ(statement.append_row(sql, {std::nullopt, "0"}, stage), 1U);
    EXPECT_EQ(statement.append_row(sql, {"", "1"}, stage), 0U);
    EXPECT_EQ(statement.append_row(sql, {"0", std::nullopt}, stage), 0U);
    EXPECT_EQ(sql, "(NULL,0)(_binary'',1)(_binary'0',NULL)");
    EXPECT_EQ(stage.pending_bytes(), 0U);
}

TEST(CopyStatement, DocumentsThatTheirTextDoesNotTellAreTakenFromTheStage) {
    const TableShape table = shape({column("j", "json"), column("a", "int")}, {"a"});
    const CopyStatement statement(table);
    JsonStage stage(12);
    std::string sql;
    ASSERT_TRUE(statement.append_row(sql, {"[\"it's\"]", "a;;s", "1"}, stage).has_value());
    EXPECT_EQ(stage.pending_bytes(), 0U);
    ASSERT_TRUE(statement.append_row(sql, {"7", "u;;", "2"}, stage).has_value());
    EXPECT_GT(stage.pending_bytes(), 0U);
    ASSERT_TRUE(statement.append_row(sql, {std::nullopt, std::nullopt, "3"}, stage).has_value());
    ASSERT_TRUE(statement.append_row(sql, {"1.5", "m;;", "4"}, stage).has_value());
    const std::string taken = "(SELECT document FROM penstock.copy_json WHERE connection=12 AND ";
    EXPECT_EQ(sql, "(_utf8mb4'[\"it\\'s\"]',1)(" + taken + "number=1),2)(NULL,3)(" + taken +
                       "number=2),4)");
    EXPECT_FALSE(statement.append_row(sql, {"7", "s;;", "5"}, stage).has_value());
}

}  // namespace
}  // namespace penstock::snapshot
