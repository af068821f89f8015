#include "snapshot/table_shape.h"

#include <gtest/gtest.h>

#include "snapshot/errors.h"
#include "table_fixture.h"

namespace penstock::snapshot {
namespace {

using namespace std::string_literals;

std::string value(ColumnKind kind, std::string_view bytes) {
    std::string out;
    append_value(out, kind, bytes);
    return out;
}

TEST(TableShape, ReadsEachTypeInAFormThatHoldsItsExactValue) {
    const auto read = [](const char* type) {
        return read_expression(shape({column("c", type)}, {}).columns[0]);
    };
    EXPECT_EQ(read("int unsigned"), "`c`");
    EXPECT_EQ(read("float"), "CAST(`c` AS DOUBLE)");
    EXPECT_EQ(read("double(10,2)"), "CAST(`c` AS DOUBLE)");
    EXPECT_EQ(read("bit(64)"), "CAST(`c` AS UNSIGNED)");
    EXPECT_EQ(read("enum('a')"), "CAST(`c` AS UNSIGNED)");
    EXPECT_EQ(read("set('a')"), "CAST(`c` AS UNSIGNED)");
    EXPECT_EQ(read("json"), "`c`");
    EXPECT_EQ(read("point"), "`c`");
}

TEST(TableShape, QuotesNamesWithBackticks) {
    EXPECT_EQ(read_expression(shape({column("a`b", "int")}, {}).columns[0]), "`a``b`");
}

TEST(TableShape, KeepsTheSignOfNegativeZero) {
    EXPECT_EQ(value(ColumnKind::real, "-0"), "'-0'");
    EXPECT_EQ(key_literal(shape({column("f", "double")}, {}).columns[0], "-0"), "-0e0");
}

TEST(TableShape, EscapesOnlyWhatEndsOrChangesALiteral) {
    EXPECT_EQ(value(ColumnKind::text, "a'b\\c\0d\n\x81\x5C"s), "_binary'a\\'b\\\\c\\0d\n\x81\\\\'");
    EXPECT_EQ(value(ColumnKind::text, ""), "_binary''");
    EXPECT_EQ(value(ColumnKind::json, "{\"a\": \"\\n\"}"), "_utf8mb4'{\"a\": \"\\\\n\"}'");
}

TEST(TableShape, SendsNumbersBare) {
    EXPECT_EQ(value(ColumnKind::integer, "-5"), "-5");
    EXPECT_EQ(value(ColumnKind::set, "18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(value(ColumnKind::year, "0000"), "'0000'");
}

TEST(TableShape, ComparesKeysInTheColumnsOwnCharacterSet) {
    const auto literal = [](const schema::ColumnDefinition& of, std::string_view bytes) {
        return key_literal(shape({of}, {}).columns[0], bytes);
    };
    EXPECT_EQ(literal(column("k", "varchar(9)", "latin1"), "\xE9"), "_latin1 X'e9'");
    EXPECT_EQ(literal(column("k", "varchar(9)", "utf8mb4"), ""), "_utf8mb4 X''");
    EXPECT_EQ(literal(column("k", "binary(3)"), "a\0\0"s), "_binary X'610000'");
    EXPECT_EQ(literal(column("k", "year"), "0000"), "0");
    EXPECT_EQ(literal(column("k", "year"), "1999"), "1999");
    EXPECT_EQ(literal(column("k", "float"), "0.10000000149011612"), "0.10000000149011612e0");
    EXPECT_EQ(literal(column("k", "double"), "1e300"), "1e300");
    EXPECT_EQ(literal(column("k", "date"), "2020-01-02"), "'2020-01-02'");
}

TEST(TableShape, CountsEnumElementsWithQuotesAndEmptyOnes) {
    const auto count = [](const char* type) {
        return shape({column("e", type)}, {}).columns[0].enum_elements;
    };
    EXPECT_EQ(count("enum('a','b')"), 2U);
    EXPECT_EQ(count("enum('')"), 1U);
    EXPECT_EQ(count("enum('','x','')"), 3U);
    EXPECT_EQ(count("enum('it''s','b')"), 2U);
    EXPECT_EQ(count("enum('''','b')"), 2U);
    EXPECT_EQ(count("enum('a,b','),(')"), 2U);
    EXPECT_EQ(count("enum('a'',''b','c')"), 2U);
}

TEST(TableShape, RefusesTypesItDoesNotKnow) {
    const auto made = make_table_shape(table({column("c", "hologram")}, {}));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, error_unsupported_column);
    EXPECT_EQ(made.error().kind, ErrorKind::refused);
    EXPECT_NE(made.error().text.find("`shop`.`orders`"), std::string::npos);
}

TEST(TableShape, TakesATableWithAPrefixKeyAsOneWithoutKey) {
    schema::TableDefinition definition = table({column("t", "text", "utf8mb4")}, {"t"});
    definition.key_has_prefix = true;
    EXPECT_TRUE(make_table_shape(definition)->key.empty());
}

TEST(TableShape, ComparesDefinitionsWithoutForeignKeysAndTheAutoIncrementValue) {
    EXPECT_EQ(row_definition("CREATE TABLE `t` (\n  `a` int,\n  KEY `a` (`a`),\n"
                             "  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`a`)\n"
                             ") ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4")
                  .value(),
              "CREATE TABLE `t` (\n  `a` int,\n  KEY `a` (`a`)\n"
              ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
    const std::string commented =
        "CREATE TABLE `t` (\n  `a` int COMMENT ' AUTO_INCREMENT=1'\n) ENGINE=InnoDB";
    EXPECT_EQ(row_definition(commented).value(), commented);
}

}  // namespace
}  // namespace penstock::snapshot
