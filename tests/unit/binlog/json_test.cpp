#include <gtest/gtest.h>

#include <fmt/format.h>
#include <random>

#include "binlog/errors.h"
#include "binlog/json_diff.h"
#include "binlog/json_path.h"
#include "binlog/json_text.h"
#include "binlog/json_view.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

JsonValue number(std::int64_t value) {
    JsonValue out;
    out.type = JsonType::integer;
    out.integer = value;
    return out;
}

JsonValue string(std::string_view text) {
    JsonValue out;
    out.type = JsonType::string;
    out.bytes = text;
    return out;
}

JsonValue array(std::vector<JsonValue> elements) {
    JsonValue out;
    out.type = JsonType::array;
    out.elements = std::move(elements);
    return out;
}

JsonValue object(std::vector<JsonMember> members) {
    JsonValue out;
    out.type = JsonType::object;
    out.members = std::move(members);
    return out;
}

std::string binary(const JsonValue& value) {
    std::string out;
    EXPECT_TRUE(append_json_binary(out, value));
    return out;
}

// The text of a document in its binary form, or the error's code.
std::string text_of(std::string_view document) {
    std::string out;
    const auto appended = append_json_text(out, base::as_bytes(document));
    return appended ? out : appended.error().to_string().substr(0, 8);
}

std::string text_of(const JsonValue& value) {
    return text_of(binary(value));
}

TEST(JsonText, of_no_bytes_is_null) {
    EXPECT_EQ(text_of(std::string_view()), "null");
}

TEST(JsonText, escapes_as_the_server_does) {
    EXPECT_EQ(text_of(string("\x01\x1f \"\\/\b\f\n\r\t\x7fä")),
              "\"\\u0001\\u001f \\\"\\\\/\\b\\f\\n\\r\\t\x7fä\"");
}

TEST(JsonText, breaks_long_base64_into_lines) {
    JsonValue value;
    value.type = JsonType::opaque;
    value.opaque_type = ColumnType::blob;
    value.bytes = std::string(58, '\0');
    EXPECT_EQ(text_of(value), "\"base64:type252:" + std::string(76, 'A') + "\\nAA==\"");
    value.bytes.clear();
    EXPECT_EQ(text_of(value), "\"base64:type252:\"");
}

TEST(JsonText, of_opaque_bytes_that_are_no_value_is_an_error) {
    JsonValue value;
    value.type = JsonType::opaque;
    for (const ColumnType type : {ColumnType::new_decimal, ColumnType::date, ColumnType::time,
                                  ColumnType::datetime, ColumnType::timestamp}) {
        value.opaque_type = type;
        for (const char* hex : {"", "00", "0100", "ff0080", "ffffffffffffffff7f"}) {
            value.bytes = from_hex(hex);
            EXPECT_EQ(text_of(value), "PST-1341") << static_cast<int>(type) << " " << hex;
        }
    }
}

TEST(Json, is_the_same_after_a_way_through_its_binary_form) {
    std::vector<JsonMember> members;
    for (std::size_t i = 10000; i < 19000; ++i) {
        members.push_back(
            {fmt::format("k{}", i), array({number(static_cast<std::int64_t>(i)),
                                           number(static_cast<std::int64_t>(i * 100000)),
                                           string(std::string(i % 40, 'x'))})});
    }
    const std::string large = binary(object(std::move(members)));
    ASSERT_GT(large.size(), 65536U);
    const auto tree = decode_json(base::as_bytes(large));
    ASSERT_TRUE(tree) << tree.error().to_string();
    EXPECT_EQ(tree->members.size(), 9000U);
    EXPECT_EQ(tree->members[8999].value.elements[1].integer, 1899900000);
    EXPECT_EQ(binary(*tree), large);
}

TEST(JsonView, refuses_what_reaches_outside) {
    // [1, "ab"], small: count, size, two entries, the string.
    const std::string good = from_hex(
        "02"
        "0200"
        "0d00"
        "050100"
        "0c0a00"
        "026162");
    EXPECT_EQ(text_of(good), "[1, \"ab\"]");
    for (std::size_t cut = 1; cut < good.size(); ++cut) {
        EXPECT_EQ(text_of(good.substr(0, cut)), "PST-1341") << cut;
    }
    const auto changed = [&](std::size_t at, char to) {
        std::string bytes = good;
        bytes[at] = to;
        return text_of(bytes);
    };
    EXPECT_EQ(changed(1, 3), "PST-1341");   // more elements than there is room for
    EXPECT_EQ(changed(3, 14), "PST-1341");  // a size beyond the bytes
    EXPECT_EQ(changed(9, 4), "PST-1341");   // a value inside of the header
    EXPECT_EQ(changed(9, 14), "PST-1341");  // and behind the end
    EXPECT_EQ(changed(11, 3), "PST-1341");  // a string that is too long
    EXPECT_EQ(changed(11, '\x82'), "PST-1341");
    EXPECT_EQ(changed(5, 14), "PST-1341");  // no type
    EXPECT_EQ(text_of(from_hex("0403")), "PST-1341");
}

TEST(JsonView, refuses_values_that_share_bytes) {
    // Arrays of 16 elements in each other, all elements the same one: 16^40 values in 3 KiB.
    std::string bytes = from_hex(
        "0000"
        "0400");
    for (int depth = 0; depth < 40; ++depth) {
        std::string outer;
        base::ByteWriter writer(outer);
        writer.le(16, 2).le(4 + 16 * 3 + bytes.size(), 2);
        for (int i = 0; i < 16; ++i) writer.le(2, 1).le(4 + 16 * 3, 2);
        bytes = outer + bytes;
    }
    EXPECT_EQ(text_of("\x02" + bytes), "PST-1341");
    EXPECT_FALSE(decode_json(base::as_bytes("\x02" + bytes)));
}

TEST(JsonView, refuses_deep_documents) {
    JsonValue value = number(1);
    for (unsigned i = 0; i < json_depth_max; ++i) value = array({std::move(value)});
    std::string document = binary(value);
    EXPECT_EQ(text_of(document), std::string(100, '[') + "1" + std::string(100, ']'));
    std::string deeper = from_hex(
        "02"
        "0100");
    base::ByteWriter(deeper)
        .le(7 + document.size() - 1, 2)
        .le(2, 1)
        .le(7, 2)
        .text(document.substr(1));
    EXPECT_EQ(text_of(deeper), "PST-1341");
    EXPECT_FALSE(decode_json(base::as_bytes(deeper)));
}

TEST(JsonPath, names_one_place) {
    const auto legs = parse_json_path("$.ab[12].\"c \\\"d\\u00e4\\ud83d\\ude00\"[last][last-3]");
    ASSERT_TRUE(legs) << legs.error().to_string();
    ASSERT_EQ(legs->size(), 5U);
    EXPECT_EQ((*legs)[0].name, "ab");
    EXPECT_EQ((*legs)[1].index, 12U);
    EXPECT_EQ((*legs)[2].name, "c \"dä😀");
    EXPECT_TRUE((*legs)[3].from_end && (*legs)[3].index == 0);
    EXPECT_TRUE((*legs)[4].from_end && (*legs)[4].index == 3);
    EXPECT_TRUE(parse_json_path("$").value().empty());
    for (const char* bad : {"", "a", "$.", "$.*", "$[*]", "$[1", "$[]", "$[-1]", "$[1 to 2]",
                            "$**.a", "$.\"a", "$.\"\\x\"", "$.\"\\ud800\"", "$.\"\\u00e\"",
                            "$[99999999999]", "$[last", "$[last-]", "$ .a"}) {
        EXPECT_FALSE(parse_json_path(bad)) << bad;
    }
}

struct Change {
    JsonOperation operation;
    std::string path;
    JsonValue value;
};

std::string changes(const std::vector<Change>& list) {
    std::string out;
    base::ByteWriter writer(out);
    for (const Change& change : list) {
        writer.le(static_cast<std::uint8_t>(change.operation), 1);
        writer.length_encoded(change.path.size()).text(change.path);
        if (change.operation == JsonOperation::remove) continue;
        const std::string value = binary(change.value);
        writer.length_encoded(value.size()).text(value);
    }
    return out;
}

// {"a": [1, 2], "b": "x"} after the change.
std::string after(const Change& change) {
    const std::string document =
        binary(object({{"a", array({number(1), number(2)})}, {"b", string("x")}}));
    const std::string list = changes({change});
    std::string out;
    const auto applied = append_changed_json(out, base::as_bytes(document), base::as_bytes(list));
    return applied ? text_of(std::string_view(out)) : applied.error().to_string().substr(0, 8);
}

TEST(JsonDiff, changes_what_its_path_names) {
    using enum JsonOperation;
    EXPECT_EQ(after({replace, "$.b", number(7)}), "{\"a\": [1, 2], \"b\": 7}");
    EXPECT_EQ(after({replace, "$.a[last]", number(7)}), "{\"a\": [1, 7], \"b\": \"x\"}");
    EXPECT_EQ(after({insert, "$.a[0]", number(7)}), "{\"a\": [7, 1, 2], \"b\": \"x\"}");
    EXPECT_EQ(after({insert, "$.a[9]", number(7)}), "{\"a\": [1, 2, 7], \"b\": \"x\"}");
    EXPECT_EQ(after({insert, "$.aa", number(7)}), "{\"a\": [1, 2], \"b\": \"x\", \"aa\": 7}");
    EXPECT_EQ(after({insert, "$.Z", number(7)}), "{\"Z\": 7, \"a\": [1, 2], \"b\": \"x\"}");
    EXPECT_EQ(after({remove, "$.a[0]", {}}), "{\"a\": [2], \"b\": \"x\"}");
    EXPECT_EQ(after({remove, "$.a", {}}), "{\"b\": \"x\"}");
}

TEST(JsonDiff, refuses_a_path_that_the_document_does_not_have) {
    using enum JsonOperation;
    EXPECT_EQ(after({replace, "$", number(7)}), "PST-1342");
    EXPECT_EQ(after({replace, "$.c", number(7)}), "PST-1342");
    EXPECT_EQ(after({replace, "$.a[2]", number(7)}), "PST-1342");
    EXPECT_EQ(after({replace, "$.a.b", number(7)}), "PST-1342");
    EXPECT_EQ(after({replace, "$.b[0]", number(7)}), "PST-1342");
    EXPECT_EQ(after({insert, "$.a", number(7)}), "PST-1342");
    EXPECT_EQ(after({insert, "$.c.d", number(7)}), "PST-1342");
    EXPECT_EQ(after({remove, "$.a[2]", {}}), "PST-1342");
    EXPECT_EQ(after({remove, "$.a[last-2]", {}}), "PST-1342");
    std::string deep = "$";
    for (unsigned i = 0; i <= json_depth_max; ++i) deep += "[0]";
    EXPECT_EQ(after({replace, deep, number(7)}), "PST-1342");
}

TEST(JsonDiff, cut_short_is_refused) {
    const std::string list = changes({{JsonOperation::replace, "$.b", number(7)}});
    for (std::size_t cut = 1; cut < list.size(); ++cut) {
        EXPECT_FALSE(parse_json_changes(base::as_bytes(list).first(cut))) << cut;
    }
    EXPECT_TRUE(parse_json_changes({}).value().empty());
    EXPECT_FALSE(parse_json_changes(base::as_bytes("\x03\x01$")));
}

}  // namespace
}  // namespace penstock::binlog::test
