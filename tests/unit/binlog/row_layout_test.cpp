#include "binlog/row_layout.h"

#include <gtest/gtest.h>

#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

// A table map of these columns: a type byte and its metadata each.
struct Columns {
    std::string types, metadata;
    Columns& add(unsigned type, std::string_view hex = "") {
        types.push_back(static_cast<char>(type));
        metadata += from_hex(hex);
        return *this;
    }
    std::string event(std::string_view optional_metadata = "") const {
        std::string body;
        base::ByteWriter writer(body);
        writer.le(42, 6).le(1, 2).le(1, 1).text("d").le(0, 1).le(1, 1).text("t").le(0, 1);
        writer.length_encoded(types.size()).text(types);
        writer.length_encoded(metadata.size()).text(metadata);
        writer.text(std::string((types.size() + 7) / 8, '\xFF')).text(optional_metadata);
        return event_bytes(EventType::table_map, body);
    }
};

Result<RowLayout> layout_of(const Columns& columns) {
    const std::string event = columns.event();
    return RowLayout::compile(parse_table_map(view_of(event)).value());
}

// The length of a value of one column, measured with bytes behind it.
std::size_t value_bytes(const Columns& columns, std::string_view value) {
    const RowLayout layout = layout_of(columns).value();
    const std::string present = "\x01";
    const std::string image = std::string(1, '\0') + std::string(value) + std::string(40, '\x7F');
    const std::size_t bytes =
        layout.image_bytes(base::as_bytes(image), base::as_bytes(present)).value();
    std::vector<ColumnValue> values;
    EXPECT_EQ(layout.split(base::as_bytes(image), base::as_bytes(present), values).value(), bytes);
    EXPECT_EQ(values.at(0).bytes.size(), bytes - 1);
    return bytes - 1;
}

TEST(RowLayout, measures_types_of_fixed_width) {
    struct Case {
        unsigned type;
        const char* metadata;
        std::size_t bytes;
    };
    for (const Case& c :
         std::vector<Case>{{1, "", 1},        {2, "", 2},       {3, "", 4},       {4, "04", 4},
                           {5, "08", 8},      {7, "", 4},       {8, "", 8},       {9, "", 3},
                           {10, "", 3},       {11, "", 3},      {12, "", 8},      {13, "", 1},
                           {14, "", 3},       {16, "0102", 3},  {16, "0003", 3},  {16, "0700", 1},
                           {17, "00", 4},     {17, "06", 7},    {18, "00", 5},    {18, "03", 7},
                           {19, "01", 4},     {19, "06", 6},    {246, "0a02", 5}, {246, "4100", 29},
                           {246, "411e", 30}, {246, "0101", 1}, {254, "f701", 1}, {254, "f702", 2},
                           {254, "f808", 8},  {247, "f702", 2}}) {
        EXPECT_EQ(value_bytes(Columns{}.add(c.type, c.metadata), ""), c.bytes)
            << c.type << " " << c.metadata;
    }
}

TEST(RowLayout, measures_types_with_a_length_before) {
    const std::string hello = "hello";
    EXPECT_EQ(value_bytes(Columns{}.add(15, "ff00"), "\x05" + hello), 6U);  // VARCHAR(255)
    EXPECT_EQ(value_bytes(Columns{}.add(15, "0001"), from_hex("0500") + hello), 7U);
    EXPECT_EQ(value_bytes(Columns{}.add(254, "fe0a"), "\x05" + hello), 6U);            // CHAR(10)
    EXPECT_EQ(value_bytes(Columns{}.add(254, "eefc"), from_hex("0500") + hello), 7U);  // 508 bytes
    EXPECT_EQ(value_bytes(Columns{}.add(252, "01"), "\x05" + hello), 6U);
    EXPECT_EQ(value_bytes(Columns{}.add(252, "02"), from_hex("0500") + hello), 7U);
    EXPECT_EQ(value_bytes(Columns{}.add(252, "03"), from_hex("050000") + hello), 8U);
    EXPECT_EQ(value_bytes(Columns{}.add(252, "04"), from_hex("05000000") + hello), 9U);
    EXPECT_EQ(value_bytes(Columns{}.add(245, "04"), from_hex("05000000") + hello), 9U);
    EXPECT_EQ(value_bytes(Columns{}.add(255, "04"), from_hex("05000000") + hello), 9U);
    EXPECT_EQ(value_bytes(Columns{}.add(242, "04"), from_hex("05000000") + hello), 9U);
}

TEST(RowLayout, decodes_the_length_of_a_long_char) {
    // CHAR(255) of utf8mb4: 1020 bytes.
    const std::string event = Columns{}.add(254, "cefc").event();
    const TableMap map = parse_table_map(view_of(event)).value();
    const std::vector<Column> columns = decode_columns(map).value();
    EXPECT_EQ(columns[0].type, ColumnType::string);
    EXPECT_EQ(columns[0].metadata, 1020U);
}

TEST(RowLayout, refuses_what_it_cannot_measure) {
    EXPECT_EQ(layout_of(Columns{}.add(20, "08")).error().code, error_unsupported_column);
    EXPECT_EQ(layout_of(Columns{}.add(20, "0fff0000")).error().code, error_unsupported_column);
    for (const auto& [type, metadata] :
         std::vector<std::pair<unsigned, const char*>>{{0, ""},
                                                       {21, ""},
                                                       {243, ""},
                                                       {4, "08"},
                                                       {252, "00"},
                                                       {252, "05"},
                                                       {246, "4200"},
                                                       {246, "0203"},
                                                       {18, "07"},
                                                       {16, "0800"},
                                                       {254, "f703"},
                                                       {254, "f700"},
                                                       {254, "f709"}}) {
        const auto layout = layout_of(Columns{}.add(type, metadata));
        ASSERT_FALSE(layout) << type << " " << metadata;
        EXPECT_EQ(layout.error().kind, ErrorKind::corrupt);
    }
    EXPECT_FALSE(layout_of(Columns{}.add(15, "ff")));
    EXPECT_FALSE(layout_of(Columns{}.add(3, "00")));
}

TEST(RowLayout, walks_absent_and_null_columns) {
    // INT, VARCHAR(10), BIGINT; the second one is absent, the third one NULL.
    const RowLayout layout = layout_of(Columns{}.add(3).add(15, "0a00").add(8)).value();
    const std::string present = "\x05";
    const std::string image = from_hex(
        "02"
        "2a000000");
    EXPECT_EQ(layout.image_bytes(base::as_bytes(image), base::as_bytes(present)).value(), 5U);
    std::vector<ColumnValue> values;
    ASSERT_TRUE(layout.split(base::as_bytes(image), base::as_bytes(present), values));
    EXPECT_TRUE(values[0].present && !values[0].null);
    EXPECT_EQ(values[0].bytes[0], 42);
    EXPECT_FALSE(values[1].present);
    EXPECT_TRUE(values[2].present && values[2].null);
}

TEST(RowLayout, gives_a_values_content_without_its_length) {
    const RowLayout layout = layout_of(Columns{}.add(15, "0a00")).value();
    std::vector<ColumnValue> values;
    const std::string image = std::string(1, '\0') + "\x02hi";
    ASSERT_TRUE(layout.split(base::as_bytes(image), base::as_bytes("\x01"), values));
    EXPECT_EQ(base::as_text(values[0].content()), "hi");
}

TEST(RowLayout, measures_the_same_with_and_without_hops) {
    // A NULL in the image of a wide table makes it walk; the rest must come out alike.
    Columns columns;
    for (int i = 0; i < 20; ++i) columns.add(i % 3 == 0 ? 15U : 3U, i % 3 == 0 ? "0a00" : "");
    const RowLayout layout = layout_of(columns).value();
    const std::string all = from_hex("ffff0f");
    std::string image(3, '\0'), with_null = from_hex("020000");
    for (int i = 0; i < 20; ++i) {
        const std::string value = i % 3 == 0 ? "\x03xyz" : "1234";
        image += value;
        if (i != 1) with_null += value;
    }
    EXPECT_EQ(layout.image_bytes(base::as_bytes(image), base::as_bytes(all)).value(), image.size());
    EXPECT_EQ(layout.image_bytes(base::as_bytes(with_null), base::as_bytes(all)).value(),
              with_null.size());
    for (std::size_t cut = 0; cut < image.size(); ++cut) {
        EXPECT_FALSE(layout.image_bytes(base::as_bytes(image).first(cut), base::as_bytes(all)));
    }
}

TEST(RowLayout, measures_partial_json_updates) {
    const RowLayout layout = layout_of(Columns{}.add(3).add(245, "04")).value();
    const std::string all = "\x03";
    const std::string plain = from_hex(
        "00"
        "00"
        "2a000000"
        "02000000"
        "6161");
    EXPECT_EQ(layout.partial_image_bytes(base::as_bytes(plain), base::as_bytes(all)).value(), 12U);
    const std::string partial = from_hex(
        "01"
        "01"
        "00"
        "2a000000"
        "02000000"
        "6161");
    EXPECT_EQ(layout.partial_image_bytes(base::as_bytes(partial), base::as_bytes(all)).value(),
              13U);
}

TEST(RowCursor, yields_before_and_after_images) {
    const RowLayout layout = layout_of(Columns{}.add(1)).value();
    RowsEvent event;
    event.kind = RowsKind::update;
    event.column_count = 1;
    const std::string present = "\x01";
    event.columns_before = event.columns_after = base::as_bytes(present);
    const std::string rows = from_hex(
        "0001"
        "0002"
        "0003"
        "01");
    event.rows = base::as_bytes(rows);
    RowCursor cursor(layout, event);
    RowImages images = cursor.next().value().value();
    EXPECT_EQ(images.before[1], 1);
    EXPECT_EQ(images.after[1], 2);
    images = cursor.next().value().value();
    EXPECT_EQ(images.before[1], 3);
    EXPECT_EQ(images.after.size(), 1U);
    EXPECT_FALSE(cursor.next().value());
}

TEST(RowCursor, refuses_another_table_and_half_a_row) {
    const RowLayout layout = layout_of(Columns{}.add(1)).value();
    RowsEvent event;
    event.kind = RowsKind::write;
    event.column_count = 2;
    const std::string present = "\x01";
    event.columns_after = base::as_bytes(present);
    const std::string rows = from_hex("00");
    event.rows = base::as_bytes(rows);
    EXPECT_FALSE(RowCursor(layout, event).next());
    event.column_count = 1;
    EXPECT_FALSE(RowCursor(layout, event).next());
}

TEST(TableMap, has_names_signedness_and_primary_key) {
    // INT UNSIGNED a, VARCHAR b, BIGINT c; key (c, b(3)).
    const std::string names =
        "\x01"
        "a"
        "\x01"
        "b"
        "\x01"
        "c";
    const std::string metadata = from_hex(
                                     "01"
                                     "01"
                                     "80") +
                                 from_hex(
                                     "04"
                                     "06") +
                                 names +
                                 from_hex(
                                     "09"
                                     "04"
                                     "0200"
                                     "0103") +
                                 from_hex(
                                     "0c"
                                     "01"
                                     "c0") +
                                 from_hex(
                                     "c8"
                                     "01"
                                     "00");
    const std::string event = Columns{}.add(3).add(15, "0a00").add(8).event(metadata);
    const TableMap map = parse_table_map(view_of(event)).value();
    const OptionalMetadata optional = decode_optional_metadata(map).value();
    EXPECT_TRUE(optional.has_signedness);
    EXPECT_EQ(optional.is_unsigned, (std::vector<bool>{true, false, false}));
    EXPECT_EQ(optional.column_names, (std::vector<std::string_view>{"a", "b", "c"}));
    ASSERT_EQ(optional.primary_key.size(), 2U);
    EXPECT_EQ(optional.primary_key[0].column, 2U);
    EXPECT_EQ(optional.primary_key[1].prefix_characters, 3U);
    EXPECT_EQ(optional.visible, (std::vector<bool>{true, true, false}));
}

TEST(TableMap, counts_year_among_the_columns_with_a_sign) {
    // YEAR, INT, VARCHAR, INT UNSIGNED.
    const std::string event = Columns{}
                                  .add(13)
                                  .add(3)
                                  .add(15, "0a00")
                                  .add(3)
                                  .event(from_hex("01"
                                                  "01"
                                                  "a0"));
    const TableMap map = parse_table_map(view_of(event)).value();
    EXPECT_EQ(decode_optional_metadata(map).value().is_unsigned,
              (std::vector<bool>{true, false, false, true}));
}

TEST(StatementFlags, are_those_of_the_first_rows_event) {
    const auto with_flags = [](std::uint16_t flags) {
        RowsEvent event;
        event.flags = flags;
        return event;
    };
    StatementFlags flags;
    EXPECT_EQ(flags.of(with_flags(18)), 18);
    EXPECT_EQ(flags.of(with_flags(17)), 18);
    EXPECT_EQ(flags.of(with_flags(17)), 16);
    EXPECT_EQ(flags.of(with_flags(3)), 2);
}

TEST(TableMap, with_damaged_metadata_is_refused) {
    for (const char* hex : {"0401", "040161", "010a80", "0100",
                            "0801"
                            "07",
                            "0900"
                            "08",
                            "09020103"
                            "ff",
                            "0403"
                            "0161"
                            "01"}) {
        const std::string event = Columns{}.add(3).add(15, "0a00").event(from_hex(hex));
        EXPECT_FALSE(decode_optional_metadata(parse_table_map(view_of(event)).value())) << hex;
    }
}

TEST(TableMap, is_the_same_definition_under_another_id) {
    std::string a = Columns{}.add(3).event();
    std::string b = a;
    b[event_header_bytes] = 7;
    const TableMap first = parse_table_map(view_of(a)).value();
    const TableMap second = parse_table_map(view_of(b)).value();
    EXPECT_NE(first.table_id, second.table_id);
    EXPECT_TRUE(std::equal(first.definition.begin(), first.definition.end(),
                           second.definition.begin(), second.definition.end()));
}

}  // namespace
}  // namespace penstock::binlog::test
