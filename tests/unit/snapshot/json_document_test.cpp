#include "snapshot/json_document.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "snapshot/errors.h"

namespace penstock::snapshot {
namespace {

// "text", the binary form in hexadecimal digits, or the error.
std::string way(std::string_view text, std::string_view types) {
    const Result<std::optional<std::string>> made = exact_json(text, types);
    if (!made) return made.error().text;
    return *made ? base::to_lower(base::to_hex(**made)) : "text";
}

TEST(ExactJson, OrdinaryDocumentsTravelAsText) {
    EXPECT_EQ(way("{}", "o;;"), "text");
    EXPECT_EQ(way("[]", "a;;"), "text");
    EXPECT_EQ(way("null", "n;;"), "text");
    EXPECT_EQ(way("-5", "i;;"), "text");
    EXPECT_EQ(way("\"2020-01-01\"", "s;;"), "text");
    EXPECT_EQ(way(R"({"a": 1.5, "b": [true, 0.0], "c\"": null})", "o;dan;bd"), "text");
    EXPECT_EQ(way(R"(["\u0001\b\f\n\r\t\\\"/", 1e-320])", "a;;sd"), "text");
}

TEST(ExactJson, TheServerParsesIntegersAbove32BitsAsUnsigned) {
    EXPECT_EQ(way("4294967295", "i;;"), "text");
    EXPECT_EQ(way("4294967296", "u;;"), "text");
    EXPECT_EQ(way("18446744073709551615", "u;;"), "text");
    EXPECT_EQ(way("-9223372036854775808", "i;;"), "text");
    EXPECT_EQ(way("4294967296", "i;;"), "090000000001000000");
    EXPECT_EQ(way("7", "u;;"), "060700");
}

TEST(ExactJson, TypesThatTheTextDoesNotTellGoAsBinary) {
    EXPECT_EQ(way("\"2020-02-29\"", "D;;"), "0f0a080000000000baa519");
    EXPECT_EQ(way("\"2020-02-29 12:13:14.000001\"", "A;;"), "0f0c080100004ec3baa519");
    EXPECT_EQ(way("\"2020-02-29 12:13:14.000001\"", "S;;"), "0f07080100004ec3baa519");
    EXPECT_EQ(way("\"base64:type15:AP8Q\"", "x;;"), "0f0f0300ff10");
    EXPECT_EQ(way("1.5", "m;;"), "0ff60402018105");
    EXPECT_EQ(way("100000000000000000000", "m;;").substr(0, 4), "0ff6");
}

// Of each container what is in it, then what is in its members and elements: the order in which a
// 9.7 server listed the types of this document.
TEST(ExactJson, ListsAreInTheServersOrder) {
    const char* const text =
        R"({"a": 1, "b": {"c": {"d": 2}, "e": "3"}, "f": [4, {"g": 5}, [6, "7"]], "h": true})";
    EXPECT_EQ(way(text, "o;ioabosii;ioais"), "text");
    EXPECT_EQ(way(text, "o;ioabosii;ioasi"),
              "a JSON document: type 's' is not that of the value's text");
}

TEST(ExactJson, AListThatDoesNotFitTheTextIsAnError) {
    for (const char* types : {"", "o", "o;", "o;;", "o;i", "o;i;i", "o;ii;", "a;i;", "?;i;", "o;?;",
                              "o;s;", "o;n;", "o;o;", "o;b;", "o;D;", "o;x;"}) {
        const auto made = exact_json(R"({"a": 1})", types);
        ASSERT_FALSE(made.has_value()) << types;
        EXPECT_EQ(made.error().code, error_json) << types;
    }
}

TEST(ExactJson, WhatTheServerDoesNotPrintIsAnError) {
    for (const char* text : {"", "{", "[", "\"", "[1", "[1 2]", "{\"a\"}", "{\"a\": }", "{a: 1}",
                             "tru", "1 2", "\"\\x\"", "\"\\u12\"", "\"\\u1234\"",
                             "{\"b\": 1, \"a\": 2}", "{\"a\": 1, \"a\": 2}", "-", "nul"}) {
        EXPECT_FALSE(exact_json(text, "o;ii;ii").has_value()) << text;
    }
    EXPECT_FALSE(exact_json(std::string(1000, '['), "a;;" + std::string(999, 'a')).has_value());
}

}  // namespace
}  // namespace penstock::snapshot
