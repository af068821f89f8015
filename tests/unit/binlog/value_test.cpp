#include "binlog/value.h"

#include <gtest/gtest.h>

#include "binlog/compressed_column.h"
#include "binlog/errors.h"
#include "binlog/real_text.h"
#include "binlog/value_text.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

ValueType type_of(ColumnType type, std::uint16_t metadata = 0, bool is_unsigned = false) {
    return {Column{type, metadata, true}, is_unsigned, collation_unknown};
}

// The text of a value without a length prefix, or the error.
std::string text_of(const ValueType& type, std::string_view hex,
                    std::span<const std::string_view> names = {}) {
    const std::string bytes = from_hex(hex);
    const auto value = decode_value(type, ColumnValue{true, false, 0, base::as_bytes(bytes)});
    if (!value) return value.error().to_string().substr(0, 8);
    std::string text;
    const auto appended = append_value_text(text, *value, names);
    return appended ? text : appended.error().to_string().substr(0, 8);
}

TEST(Value, tells_absent_from_null) {
    const ValueType type = type_of(ColumnType::integer);
    EXPECT_EQ(decode_value(type, ColumnValue{}).value().kind, ValueKind::absent);
    ColumnValue null;
    null.present = true;
    null.null = true;
    EXPECT_EQ(decode_value(type, null).value().kind, ValueKind::null);
}

TEST(Value, of_a_whole_row_comes_at_once_or_names_its_column) {
    const std::string bytes = from_hex("ff7fffffffff");
    const Bytes view = base::as_bytes(bytes);
    const std::vector<ValueType> types{type_of(ColumnType::tiny), type_of(ColumnType::datetime2)};
    std::vector<ColumnValue> columns{{true, false, 0, view.first(1)}, {true, true, 0, {}}};
    std::vector<Value> values(5, decode_value(types[0], columns[0]).value());
    ASSERT_TRUE(decode_values(types, columns, values));
    ASSERT_EQ(values.size(), 2U);
    EXPECT_EQ(values[0].integer(), -1);
    EXPECT_EQ(values[1].kind, ValueKind::null);
    EXPECT_EQ(values[1].number, 0U);  // nothing is left of the row before
    columns[1] = {true, false, 0, view.subspan(1)};
    const auto refused = decode_values(types, columns, values);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().text.starts_with("column 2: 5 bytes")) << refused.error().text;
}

TEST(Value, has_a_sign_only_where_the_metadata_says_so) {
    EXPECT_EQ(text_of(type_of(ColumnType::tiny), "ff"), "-1");
    EXPECT_EQ(text_of(type_of(ColumnType::tiny, 0, true), "ff"), "255");
    EXPECT_EQ(text_of(type_of(ColumnType::medium), "000080"), "-8388608");
    EXPECT_EQ(text_of(type_of(ColumnType::medium, 0, true), "000080"), "8388608");
    EXPECT_EQ(text_of(type_of(ColumnType::big), "0000000000000080"), "-9223372036854775808");
    EXPECT_EQ(text_of(type_of(ColumnType::big, 0, true), "ffffffffffffffff"),
              "18446744073709551615");
}

TEST(Value, of_an_enum_or_set_has_names_if_they_are_known) {
    const std::vector<std::string_view> names{"a", "b", "c"};
    const ValueType one = type_of(ColumnType::enumeration, 1);
    EXPECT_EQ(text_of(one, "02", names), "b");
    EXPECT_EQ(text_of(one, "00", names), "");  // the error value
    EXPECT_EQ(text_of(one, "02"), "2");
    EXPECT_EQ(text_of(one, "04", names), "PST-1340");
    const ValueType many = type_of(ColumnType::set, 1);
    EXPECT_EQ(text_of(many, "05", names), "a,c");
    EXPECT_EQ(text_of(many, "00", names), "");
    EXPECT_EQ(text_of(many, "05"), "5");
    EXPECT_EQ(text_of(many, "08", names), "PST-1340");
    const std::vector<std::string_view> all(64, "x");
    EXPECT_EQ(text_of(type_of(ColumnType::set, 8), "ffffffffffffffff", all).size(), 127U);
}

TEST(Value, of_a_set_has_commas_in_its_character_set) {
    using namespace std::string_view_literals;
    const auto of = [](std::uint32_t collation, std::span<const std::string_view> names) {
        return text_of({Column{ColumnType::set, 1, true}, false, collation}, "03", names);
    };
    const std::vector<std::string_view> plain{"a"sv, "b"sv};
    EXPECT_EQ(of(collation_unknown, plain), "a,b");
    EXPECT_EQ(of(8, plain), "a,b");     // latin1_swedish_ci
    EXPECT_EQ(of(255, plain), "a,b");   // utf8mb4_0900_ai_ci
    EXPECT_EQ(of(1069, plain), "a,b");  // utf8mb4_general_nopad_ci of MariaDB
    EXPECT_EQ(of(2304, plain), "a,b");  // utf8mb4_uca1400_ai_ci
    const std::vector<std::string_view> two{"\0a"sv, "\x88h"sv};
    for (const std::uint32_t ucs2_or_utf16 : {35U, 54U, 90U, 101U, 159U, 640U, 1059U, 2816U}) {
        EXPECT_EQ(of(ucs2_or_utf16, two), "\0a\0,\x88h"sv) << ucs2_or_utf16;
    }
    EXPECT_EQ(of(56, std::vector{"a\0"sv, "b\0"sv}), "a\0,\0b\0"sv);  // utf16le
    for (const std::uint32_t utf32 : {60U, 160U, 183U, 736U, 1084U, 3072U}) {
        EXPECT_EQ(of(utf32, std::vector{"\0\0\0a"sv, "\0\0\0b"sv}), "\0\0\0a\0\0\0,\0\0\0b"sv);
    }
}

TEST(Value, of_binary_has_its_trailing_zeros_again) {
    ValueType type = type_of(ColumnType::string, 4);
    EXPECT_EQ(text_of(type, "6162"), "ab");
    type.collation = collation_binary;
    EXPECT_EQ(text_of(type, "6162"), std::string("ab\0\0", 4));
    type.column.type = ColumnType::varchar;
    EXPECT_EQ(text_of(type, "6162"), "ab");
}

TEST(Value, of_temporal_types_from_before_5_6_is_read) {
    EXPECT_EQ(text_of(type_of(ColumnType::timestamp), "80436d38"), "2000-01-01 00:00:00");
    EXPECT_EQ(text_of(type_of(ColumnType::timestamp), "00000000"), "0000-00-00 00:00:00");
    EXPECT_EQ(text_of(type_of(ColumnType::time), "a7f57f"), "838:59:59");
    EXPECT_EQ(text_of(type_of(ColumnType::time), "590a80"), "-838:59:59");
    EXPECT_EQ(text_of(type_of(ColumnType::time), "ffffff"), "-00:00:01");
    EXPECT_EQ(text_of(type_of(ColumnType::datetime), "76572a235d120000"), "2019-12-31 23:59:58");
    EXPECT_EQ(text_of(type_of(ColumnType::datetime), "ffffffffffffffff"), "PST-1340");
}

TEST(Value, of_a_timestamp_reaches_to_2106) {
    EXPECT_EQ(text_of(type_of(ColumnType::timestamp2, 0), "7fffffff"), "2038-01-19 03:14:07");
    EXPECT_EQ(text_of(type_of(ColumnType::timestamp2, 0), "ffffffff"), "2106-02-07 06:28:15");
    EXPECT_EQ(text_of(type_of(ColumnType::timestamp2, 2), "386d438063"), "2000-01-01 00:00:00.99");
}

TEST(Value, with_a_fraction_that_no_server_writes_is_refused) {
    EXPECT_EQ(text_of(type_of(ColumnType::timestamp2, 2), "386d438064"), "PST-1340");
    EXPECT_EQ(text_of(type_of(ColumnType::datetime2, 6), "99a5000000ffffff"), "PST-1340");
    EXPECT_EQ(text_of(type_of(ColumnType::time2, 4), "8000002710"), "PST-1340");
    EXPECT_EQ(text_of(type_of(ColumnType::datetime2, 0), "7fffffffff"), "PST-1340");  // negative
}

TEST(Value, of_decimal_keeps_to_its_digits) {
    const auto shape = [](unsigned precision, unsigned scale) {
        return type_of(ColumnType::new_decimal, static_cast<std::uint16_t>(precision << 8 | scale));
    };
    EXPECT_EQ(text_of(shape(4, 2), "8c32"), "12.50");
    EXPECT_EQ(text_of(shape(4, 2), "73cd"), "-12.50");
    EXPECT_EQ(text_of(shape(4, 2), "8000"), "0.00");
    EXPECT_EQ(text_of(shape(4, 2), "e400"), "PST-1340");      // 100 in two digits
    EXPECT_EQ(text_of(shape(9, 0), "bb9aca00"), "PST-1340");  // 1000000000 in nine
    EXPECT_EQ(text_of(shape(9, 0), "bb9ac9ff"), "999999999");
}

TEST(Value, of_geometry_and_vector_is_taken_apart) {
    const std::string bytes = from_hex(
        "110f0000"
        "01aabb");
    const Value geometry = decode_value(type_of(ColumnType::geometry, 4),
                                        ColumnValue{true, false, 0, base::as_bytes(bytes)})
                               .value();
    EXPECT_EQ(geometry.number, 3857U);
    EXPECT_EQ(geometry.bytes.size(), 3U);
    EXPECT_EQ(text_of(type_of(ColumnType::geometry, 4), "110f0000aa"), from_hex("110f0000aa"));
    EXPECT_EQ(text_of(type_of(ColumnType::geometry, 4), "110f00"), "PST-1340");
    EXPECT_EQ(text_of(type_of(ColumnType::geometry, 4), ""), "");
    EXPECT_EQ(text_of(type_of(ColumnType::vector, 4), "0000803f00"), "PST-1340");
    EXPECT_EQ(text_of(type_of(ColumnType::vector, 4), "0000803f"), from_hex("0000803f"));
}

TEST(Reals, print_with_the_fewest_digits) {
    const auto of = [](double value) {
        std::string text;
        append_double(text, value);
        return text;
    };
    EXPECT_EQ(of(0.1), "0.1");
    EXPECT_EQ(of(-0.0), "-0");
    EXPECT_EQ(of(1e15), "1e15");
    EXPECT_EQ(of(123456789012345678.0), "1.2345678901234568e17");
    EXPECT_EQ(of(999999999999999.9), "999999999999999.9");
    EXPECT_EQ(of(1e-14), "0.00000000000001");
    EXPECT_EQ(of(5e-324), "5e-324");
    std::string text;
    append_float(text, 16777216.0F);
    EXPECT_EQ(text, "16777200");
}

std::string expand(std::string_view hex) {
    const std::string stored = from_hex(hex);
    std::string out = "kept";
    const auto expanded = append_expanded(out, base::as_bytes(stored));
    if (!expanded) {
        EXPECT_EQ(out, "kept");
        return expanded.error().to_string().substr(0, 8);
    }
    return out.substr(4);
}

TEST(CompressedColumn, expands_or_says_why_not) {
    EXPECT_EQ(expand(""), "");
    EXPECT_EQ(expand("00616263"), "abc");
    EXPECT_EQ(expand("00"), "");
    EXPECT_EQ(expand("890a4b4c840100"), "aaaaaaaaaa");      // raw deflate
    EXPECT_EQ(expand("89094b4c840100"), "PST-1343");        // claims nine
    EXPECT_EQ(expand("890b4b4c840100"), "PST-1343");        // claims eleven
    EXPECT_EQ(expand("890a4b4c8401"), "PST-1343");          // truncated
    EXPECT_EQ(expand("8f"), "PST-1343");                    // no length
    EXPECT_EQ(expand("8cffffffff4b4c840100"), "PST-1343");  // a claim of 4 GiB
    EXPECT_EQ(expand("8fffffffffffffff4b4c840100"), "PST-1343");
    EXPECT_EQ(expand("91034b4c840100"), "PST-1343");  // another method
}

}  // namespace
}  // namespace penstock::binlog::test
