// The optional metadata of TABLE_MAP, of real servers and made by hand.

#include <gtest/gtest.h>

#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "binlog/limits.h"
#include "binlog/table_map.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

using Texts = std::vector<std::string_view>;

constexpr std::uint32_t none = 0;
constexpr std::uint32_t binary = 63;
constexpr std::uint32_t latin1 = 8;
constexpr std::uint32_t utf8mb4 = 255;  // utf8mb4_0900_ai_ci

// The first map of a recorded file; `file` must live as long as the map.
TableMap first_map(const std::string& file) {
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        if (event->header.type == EventType::table_map) return parse_table_map(*event).value();
    }
    ADD_FAILURE() << "no map";
    return {};
}

TEST(OptionalMetadata, of_a_real_mysql_9_7) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    const TableMap map = first_map(file);
    const OptionalMetadata metadata = decode_optional_metadata(map).value();
    EXPECT_EQ(metadata.column_names,
              (Texts{"id", "s", "e", "f", "g", "p", "u", "l", "m", "n", "b", "v", "j", "inv"}));
    EXPECT_EQ(metadata.is_unsigned,
              (std::vector<bool>{false, false, false, false, false, false, true, false, false,
                                 false, false, false, false, false}));
    EXPECT_EQ(metadata.collations,
              (std::vector<std::uint32_t>{none, utf8mb4, utf8mb4, latin1, none, none, none, latin1,
                                          utf8mb4, utf8mb4, binary, binary, none, none}));
    EXPECT_EQ(metadata.members[2], (Texts{"x", "\xC3\xBF"}));
    EXPECT_EQ(metadata.members[3], (Texts{"a", "b"}));
    EXPECT_TRUE(metadata.members[0].empty());
    EXPECT_EQ(metadata.geometry_types[4], 1U);  // POINT
    EXPECT_EQ(metadata.geometry_types[5], 3U);  // POLYGON
    EXPECT_EQ(metadata.vector_dimensions[11], 3U);
    ASSERT_EQ(metadata.primary_key.size(), 2U);
    EXPECT_EQ(metadata.primary_key[0].column, 0U);
    EXPECT_EQ(metadata.primary_key[0].prefix_characters, 0U);
    EXPECT_EQ(metadata.primary_key[1].column, 1U);
    EXPECT_EQ(metadata.primary_key[1].prefix_characters, 10U);
    EXPECT_TRUE(metadata.visible[12]);
    EXPECT_FALSE(metadata.visible[13]);
}

TEST(OptionalMetadata, of_a_real_mariadb_10_11_counts_geometries_as_texts) {
    const std::string file = recorded_file("mariadb-10.11-columns.binlog");
    const TableMap map = first_map(file);
    const OptionalMetadata metadata = decode_optional_metadata(map, Flavour::mariadb).value();
    EXPECT_EQ(metadata.column_names,
              (Texts{"a",  "y",  "d", "g",  "i6", "u",  "l", "bl",  "tx", "co",
                     "cb", "jj", "e", "st", "bb", "i4", "p", "inv", "bi", "last"}));
    // latin1_swedish_ci, utf8mb3_general_ci, cp1251_general_ci, utf8mb4_bin, koi8r_general_ci.
    EXPECT_EQ(metadata.collations,
              (std::vector<std::uint32_t>{none,   none,   none,   binary, binary, binary, 8,
                                          binary, 33,     51,     binary, 46,     8,      45,
                                          binary, binary, binary, none,   none,   7}));
    EXPECT_EQ(
        metadata.is_unsigned,
        (std::vector<bool>{true,  true,  false, false, false, false, false, false, false, false,
                           false, false, false, false, false, false, false, false, true,  false}));
    EXPECT_EQ(metadata.members[12], (Texts{"a", "b"}));
    EXPECT_EQ(metadata.members[13], (Texts{"x", "y"}));
    EXPECT_EQ(metadata.geometry_types[3], 0U);
    EXPECT_EQ(metadata.geometry_types[16], 1U);
    ASSERT_EQ(metadata.primary_key.size(), 2U);
    EXPECT_EQ(metadata.primary_key[0].column, 19U);
    EXPECT_EQ(metadata.primary_key[0].prefix_characters, 3U);
    EXPECT_TRUE(metadata.visible.empty());
    // Counted as MySQL does, there is no 12th text column to have a collation.
    EXPECT_FALSE(decode_optional_metadata(map, Flavour::mysql));
}

TEST(OptionalMetadata, of_vectors_counts_them_as_texts) {
    const auto folder = binlog_folder();
    if (!folder) GTEST_SKIP() << "no folder of real binlog files";
    const std::string file = read_file(*folder / "mysql_common/vector.binlog");
    EventReader reader(base::as_bytes(file));
    std::size_t maps = 0;
    while (const auto event = reader.next().value()) {
        if (event->header.type != EventType::table_map) continue;
        const TableMap map = parse_table_map(*event).value();
        const OptionalMetadata metadata = decode_optional_metadata(map).value();
        if (map.table != "bar") continue;
        EXPECT_EQ(metadata.collations, (std::vector<std::uint32_t>{none, binary, utf8mb4, binary}));
        EXPECT_EQ(metadata.vector_dimensions, (std::vector<std::uint32_t>{0, 2, 0, 4}));
        ++maps;
    }
    EXPECT_GT(maps, 0U);
}

// A map of these types (with their metadata) with this optional metadata.
Result<OptionalMetadata> decode(std::string_view types, std::string_view type_metadata,
                                std::string_view optional) {
    std::string body;
    base::ByteWriter writer(body);
    writer.le(7, 6).le(1, 2).le(1, 1).text("d").le(0, 1).le(1, 1).text("t").le(0, 1);
    writer.length_encoded(types.size()).text(types);
    writer.length_encoded(type_metadata.size()).text(type_metadata);
    writer.text(std::string((types.size() + 7) / 8, '\0')).text(optional);
    static std::string event;  // must outlive what is decoded
    event = event_bytes(EventType::table_map, body);
    PENSTOCK_ASSIGN(const TableMap map, parse_table_map(view_of(event)));
    return decode_optional_metadata(map);
}

// INT, VARCHAR(10), ENUM of one byte.
const std::string types = from_hex("030ffe");
const std::string type_metadata = from_hex("0a00f701");

Result<OptionalMetadata> decode(std::string_view hex) {
    return decode(types, type_metadata, from_hex(hex));
}

TEST(OptionalMetadata, that_is_absent_leaves_everything_empty) {
    const OptionalMetadata metadata = decode("").value();
    EXPECT_FALSE(metadata.has_signedness);
    EXPECT_TRUE(metadata.column_names.empty());
    EXPECT_TRUE(metadata.collations.empty());
    EXPECT_TRUE(metadata.members.empty());
    EXPECT_TRUE(metadata.geometry_types.empty());
    EXPECT_TRUE(metadata.vector_dimensions.empty());
}

TEST(OptionalMetadata, of_both_kinds_of_collations_is_put_together) {
    EXPECT_EQ(decode("0203fcff00"
                     "0a0108")
                  .value()
                  .collations,
              (std::vector<std::uint32_t>{none, utf8mb4, latin1}));
    EXPECT_EQ(decode("0b0108"
                     "030121")
                  .value()
                  .collations,
              (std::vector<std::uint32_t>{none, 33, latin1}));
}

TEST(OptionalMetadata, of_an_unknown_field_is_passed_over) {
    const OptionalMetadata metadata = decode(
                                          "7f03aabbcc"
                                          "0801"
                                          "00")
                                          .value();
    ASSERT_EQ(metadata.primary_key.size(), 1U);
}

TEST(OptionalMetadata, that_is_damaged_is_refused) {
    for (const char* hex : {
             "01",          // no length
             "0100",        // signedness: too short
             "0103ff",      // longer than there is
             "0200",        // default collation: none
             "0203080109",  // of a second text column
             "02020801",    // without its collation
             "0300",        // collations: too few
             "03020809",    // too many
             "04020161",    // names: too few
             "0408016101620163"
             "0164",                  // too many
             "0404016105",            // cut short
             "06020205",              // members: cut short
             "06050101610161",        // more columns than there are
             "0606feffffffffffffff",  // a count of 2^64
             "0801"
             "03",  // key: no such column
             "0901"
             "00",  // without its prefix
             "0804"
             "00010200",  // more parts than columns
             "0c00",      // visibility: too short
             "0d0103",    // dimensions without a vector
             "070101",    // geometry types without one
         }) {
        const auto metadata = decode(hex);
        ASSERT_FALSE(metadata) << hex;
        EXPECT_EQ(metadata.error().code, error_malformed_event) << hex;
    }
}

TEST(OptionalMetadata, of_too_many_members_is_refused_before_they_are_kept) {
    std::string value;
    base::ByteWriter(value)
        .length_encoded(members_max + 1)
        .text(std::string(members_max + 1, '\0'));
    std::string field;
    base::ByteWriter(field).le(6, 1).length_encoded(value.size()).text(value);
    EXPECT_FALSE(decode(types, type_metadata, field));
}

TEST(OptionalMetadata, of_a_geometry_that_does_not_exist_is_refused) {
    EXPECT_TRUE(decode(from_hex("ff"), from_hex("04"), from_hex("070107")));
    EXPECT_FALSE(decode(from_hex("ff"), from_hex("04"), from_hex("070108")));
}

}  // namespace
}  // namespace penstock::binlog::test
