// The bytes expected here are what a MySQL 9.7 server wrote to its binlog for the same documents.
#include "binlog/json_value.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "binlog/errors.h"
#include "binlog/json_opaque.h"

namespace penstock::binlog {
namespace {

std::string hex(const JsonValue& value) {
    std::string out;
    const Result<void> appended = append_json_binary(out, value);
    return appended ? base::to_lower(base::to_hex(out)) : appended.error().text;
}

JsonValue integer(std::int64_t number) {
    JsonValue value;
    value.type = JsonType::integer;
    value.integer = number;
    return value;
}

JsonValue unsigned_integer(std::uint64_t number) {
    JsonValue value;
    value.type = JsonType::unsigned_integer;
    value.unsigned_integer = number;
    return value;
}

JsonValue boolean(bool truth) {
    JsonValue value;
    value.type = JsonType::boolean;
    value.boolean = truth;
    return value;
}

JsonValue real(double number) {
    JsonValue value;
    value.type = JsonType::real;
    value.real = number;
    return value;
}

JsonValue string(std::string text) {
    JsonValue value;
    value.type = JsonType::string;
    value.bytes = std::move(text);
    return value;
}

JsonValue opaque(ColumnType type, const Result<std::string>& bytes) {
    JsonValue value;
    value.type = JsonType::opaque;
    value.opaque_type = type;
    value.bytes = bytes ? *bytes : bytes.error().text;
    return value;
}

JsonValue array(std::vector<JsonValue> elements) {
    JsonValue value;
    value.type = JsonType::array;
    value.elements = std::move(elements);
    return value;
}

JsonValue object(std::vector<JsonMember> members) {
    JsonValue value;
    value.type = JsonType::object;
    value.members = std::move(members);
    return value;
}

TEST(JsonBinary, ScalarsAreWrittenAsTheServerWritesThem) {
    EXPECT_EQ(hex({}), "0400");
    EXPECT_EQ(hex(boolean(true)), "0401");
    EXPECT_EQ(hex(integer(-7)), "05f9ff");
    EXPECT_EQ(hex(integer(40000)), "07409c0000");
    EXPECT_EQ(hex(unsigned_integer(5'000'000'000)), "0a00f2052a01000000");
    EXPECT_EQ(hex(unsigned_integer(18'446'744'073'709'551'615U)), "0affffffffffffffff");
    EXPECT_EQ(hex(real(1.5)), "0b000000000000f83f");
    EXPECT_EQ(hex(string("ä")), "0c02c3a4");
}

TEST(JsonBinary, ContainersAreWrittenAsTheServerWritesThem) {
    EXPECT_EQ(hex(array({})), "0200000400");
    EXPECT_EQ(hex(object({})), "0000000400");
    EXPECT_EQ(hex(array({integer(1),
                         integer(-2),
                         integer(70000),
                         {},
                         string("x"),
                         real(2.5),
                         array({boolean(false)})})),
              "0207002e0005010005feff0719000400000c1d000b1f0002270070110100017800000000000004400100"
              "0700040200");
    EXPECT_EQ(
        hex(object(
            {{"a", string("v")}, {"b", integer(1)}, {"aa", object({{"c", array({integer(3)})}})}})),
        "0003003200190001001a0001001b0002000c1d00050100001f00616261610176010013000b000100020c"
        "006301000700050300");
    EXPECT_EQ(
        hex(array({unsigned_integer(7), unsigned_integer(70000), integer(7), integer(5'000'000'000),
                   opaque(ColumnType::date, json_temporal(ColumnType::date, "2020-01-01"))})),
        "02050029000607000813000507000917000f1f007011010000f2052a010000000a08000000000042a51"
        "9");
}

TEST(JsonBinary, AContainerAbove64KiBIsLargeAndWhatIsInItNeedNotBe) {
    const JsonValue large_array =
        array({string(std::string(70000, 'x')), integer(-3), integer(70000), boolean(true),
               unsigned_integer(9), object({{"k", integer(-1)}})});
    EXPECT_EQ(
        hex(large_array).substr(0, 84),
        "0306000000a51101000c2600000005fdffffff0770110100040100000006090000000099110100f0a204");
    EXPECT_EQ(hex(large_array).size(), 2 * 70054U);
    const JsonValue large_object = object(
        {{"k", string(std::string(70000, 'x'))}, {"z", array({integer(1), integer(-70000)})}});
    EXPECT_EQ(hex(large_object).substr(0, 74),
              "0102000000a11101001e00000001001f00000001000c2000000002931101006b7af0a20478");
    EXPECT_EQ(hex(large_object).size(), 2 * 70050U);
}

TEST(JsonBinary, ALargeContainerInsideAnotherMakesBothLarge) {
    const std::string inner = hex(array({string(std::string(70000, 'x'))}));
    const std::string outer = hex(array({array({string(std::string(70000, 'x'))})}));
    EXPECT_EQ(inner.substr(0, 2), "03");
    EXPECT_EQ(outer.substr(0, 2), "03");
    EXPECT_NE(outer.find(inner.substr(2)), std::string::npos);
}

TEST(JsonBinary, DepthAndLengthOfNamesAreLimited) {
    JsonValue deep;
    for (unsigned i = 0; i < json_depth_max; ++i) deep = array({std::move(deep)});
    std::string out;
    EXPECT_TRUE(append_json_binary(out, deep).has_value());
    EXPECT_EQ(append_json_binary(out, array({deep})).error().code, error_limit);
    EXPECT_EQ(append_json_binary(out, object({{std::string(65'536, 'n'), {}}})).error().code,
              error_limit);
}

TEST(JsonBinary, MembersAreOrderedByLengthFirst) {
    EXPECT_TRUE(before({"b", {}}, {"aa", {}}));
    EXPECT_TRUE(before({"a", {}}, {"b", {}}));
    EXPECT_FALSE(before({"a", {}}, {"a", {}}));
}

TEST(JsonOpaque, DatesAndTimes) {
    const auto temporal = [](ColumnType type, const char* text) {
        return hex(opaque(type, json_temporal(type, text)));
    };
    EXPECT_EQ(temporal(ColumnType::date, "2020-02-29"), "0f0a080000000000baa519");
    EXPECT_EQ(temporal(ColumnType::datetime, "2020-02-29 12:13:14.000001"),
              "0f0c080100004ec3baa519");
    EXPECT_EQ(temporal(ColumnType::date, "0000-00-00"), "0f0a080000000000000000");
    EXPECT_EQ(temporal(ColumnType::time, "00:00:01.000002"), "0f0b080200000100000000");
    EXPECT_EQ(temporal(ColumnType::time, "-00:00:01.000002"), "0f0b08fefffffeffffffff");
}

TEST(JsonOpaque, WhatIsNoDateIsRefused) {
    for (const char* text :
         {"", "2020-02", "2020-02-29x", "2020-02-29 12:13", "20200-02-29", "-"}) {
        EXPECT_EQ(json_temporal(ColumnType::date, text).error().code, error_json_text) << text;
    }
    for (const char* text : {"12:13:14", "12:13:14.5", "--12:13:14.500000", "12:13:14.5000000"}) {
        EXPECT_EQ(json_temporal(ColumnType::time, text).error().code, error_json_text) << text;
    }
}

TEST(JsonOpaque, Decimals) {
    const auto decimal = [](const char* text) {
        const Result<std::string> bytes = json_decimal(text);
        return bytes ? base::to_lower(base::to_hex(*bytes)) : bytes.error().text;
    };
    EXPECT_EQ(decimal("0"), "010080");
    EXPECT_EQ(decimal("5"), "010085");
    EXPECT_EQ(decimal("-12.50"), "040273cd");
    EXPECT_EQ(decimal("0.05"), "020285");
    EXPECT_EQ(decimal("1234567890.123456789"), "1309810dfb38d2075bcd15");
}

TEST(JsonOpaque, WhatIsNoDecimalIsRefused) {
    for (const char* text : {"", "-", "1e5", "1.2.3", ".5", "+1"}) {
        EXPECT_EQ(json_decimal(text).error().code, error_json_text) << text;
    }
    EXPECT_TRUE(json_decimal(std::string(81, '9')).has_value());
    EXPECT_EQ(json_decimal(std::string(82, '9')).error().code, error_json_text);
}

TEST(JsonOpaque, Bytes) {
    const Result<OpaqueBytes> blob = json_bytes("base64:type252:AP8Q\nAA==");
    ASSERT_TRUE(blob.has_value());
    EXPECT_EQ(blob->type, ColumnType::blob);
    EXPECT_EQ(blob->bytes, std::string("\0\xFF\x10\0", 4));
    EXPECT_EQ(json_bytes("base64:type15:")->bytes, "");
    for (const char* text : {"", "base64:type", "base64:type256:", "base64:type15:A",
                             "base64:type15:A===", "base64:type15:AA=A", "base64:type15:A-=="}) {
        EXPECT_EQ(json_bytes(text).error().code, error_json_text) << text;
    }
}

}  // namespace
}  // namespace penstock::binlog
