#include "snapshot/json_literal.h"

#include <gtest/gtest.h>

namespace penstock::snapshot {
namespace {

std::string literal(std::string_view text) {
    std::string out;
    append_json(out, text);
    return out;
}

TEST(JsonLiteral, OrdinaryDocumentsTravelAsText) {
    for (const char* text :
         {"{}", "[]", "null", "5", "\"1.50\"", "{\"a\": 1.5, \"b\": [true, 0.0]}",
          "{\"1.50\": \"2.00\\\"3.00\"}", "[1e-320, 0.30000000000000004]",
          "[18446744073709551615, -9223372036854775808]"}) {
        EXPECT_EQ(literal(text).substr(0, 9), "_utf8mb4'") << text;
    }
}

TEST(JsonLiteral, DecimalsThatADoubleWouldPrintOtherwiseAreKept) {
    EXPECT_TRUE(is_fragile_number("1.50"));
    EXPECT_TRUE(is_fragile_number("-0.00"));
    EXPECT_TRUE(is_fragile_number("12345678901234567890.123"));
    EXPECT_TRUE(is_fragile_number("123456789012345678901234"));
    EXPECT_FALSE(is_fragile_number("1.5"));
    EXPECT_FALSE(is_fragile_number("1.0"));
    EXPECT_FALSE(is_fragile_number("-0.0"));
    EXPECT_FALSE(is_fragile_number("0.1"));
    EXPECT_FALSE(is_fragile_number("0.30000000000000004"));
    EXPECT_FALSE(is_fragile_number("1.7976931348623157e308"));
}

TEST(JsonLiteral, OnlyThePathToADecimalIsWrittenOut) {
    EXPECT_EQ(literal("{\"p\": 1.50, \"q\": {\"r\": [1, 2]}}"),
              "CAST(JSON_OBJECT(JSON_UNQUOTE(_utf8mb4'\"p\"'),CAST('1.50' AS DECIMAL(3,2)),"
              "JSON_UNQUOTE(_utf8mb4'\"q\"'),CAST(_utf8mb4'{\"r\": [1, 2]}' AS JSON)) AS JSON)");
    EXPECT_EQ(literal("[[1.0], [2.00, \"x\"]]"),
              "CAST(JSON_ARRAY(CAST(_utf8mb4'[1.0]' AS JSON),"
              "JSON_ARRAY(CAST('2.00' AS DECIMAL(3,2)),CAST(_utf8mb4'\"x\"' AS JSON))) AS JSON)");
    EXPECT_EQ(literal("3.20"), "CAST(CAST('3.20' AS DECIMAL(3,2)) AS JSON)");
}

TEST(JsonLiteral, WhatIsNotJsonIsLeftForTheServerToRefuse) {
    for (const char* text : {"", "{1.50", "{\"a\" 1.50}", "[1.50", "1.50]", "{\"a\": }", "]"}) {
        EXPECT_EQ(literal(text).substr(0, 9), "_utf8mb4'") << text;
    }
}

}  // namespace
}  // namespace penstock::snapshot
