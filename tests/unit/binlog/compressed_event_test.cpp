#include "binlog/compressed_event.h"

#include <gtest/gtest.h>

#include "binlog/errors.h"
#include "binlog/query.h"
#include "binlog/rows.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

// "abcabcabc...", 300 bytes, as zlib's compress() packs it.
const std::string packed_text = from_hex("789c4b4c4a4e1c45c42100884d72d9");

std::string text() {
    std::string out;
    while (out.size() < 300) out += "abc";
    return out;
}

// Behind u32 thread, u32 seconds, no schema, no error, no status variables.
std::string compressed_query(const std::string& part) {
    return event_bytes(EventType::mariadb_query_compressed, std::string(14, '\0') + part);
}

Error refusal(const std::string& part) {
    const std::string event = compressed_query(part);
    std::string buffer;
    const auto expanded = expand_event(view_of(event), buffer);
    EXPECT_FALSE(expanded);
    return expanded ? Error{} : expanded.error();
}

TEST(CompressedEvent, becomes_the_ordinary_query) {
    const std::string event = compressed_query(from_hex("82012c") + packed_text);
    std::string buffer;
    const EventView ordinary = expand_event(view_of(event), buffer).value();
    EXPECT_EQ(ordinary.header.type, EventType::query);
    EXPECT_EQ(ordinary.header.event_size, event_header_bytes + 14 + 300);
    EXPECT_EQ(ordinary.whole.size(), ordinary.header.event_size);
    EXPECT_EQ(parse_query(ordinary).value().sql, text());
}

TEST(CompressedEvent, becomes_the_ordinary_rows) {
    const std::string prefix = from_hex(
        "010000000000"
        "0100"
        "01"
        "ff");
    const std::string event = event_bytes(EventType::mariadb_write_rows_compressed_v1,
                                          prefix + from_hex("82012c") + packed_text);
    std::string buffer;
    const EventView ordinary = expand_event(view_of(event), buffer).value();
    EXPECT_EQ(ordinary.header.type, EventType::write_rows_v1);
    EXPECT_EQ(base::as_text(parse_rows(ordinary).value().rows), text());
}

TEST(CompressedEvent, of_a_checksummed_file_is_without_its_checksum) {
    std::string event = compressed_query(from_hex("82012c") + packed_text) + "....";
    base::store_le(reinterpret_cast<std::uint8_t*>(event.data()) + event_size_offset, event.size(),
                   4);
    const Bytes bytes = base::as_bytes(event);
    const std::uint32_t sum = crc32(bytes.first(bytes.size() - checksum_bytes));
    base::store_le(reinterpret_cast<std::uint8_t*>(event.data()) + event.size() - checksum_bytes,
                   sum, checksum_bytes);
    std::string buffer;
    const EventView view = view_event(bytes, ChecksumAlgorithm::crc32).value();
    EXPECT_EQ(parse_query(expand_event(view, buffer).value()).value().sql, text());
}

TEST(CompressedEvent, that_lies_about_its_length_is_refused) {
    EXPECT_EQ(refusal(from_hex("82012b") + packed_text).code, error_expand_event);
    EXPECT_EQ(refusal(from_hex("82012d") + packed_text).code, error_expand_event);
    EXPECT_EQ(refusal(from_hex("8100") + packed_text).code, error_expand_event);
}

TEST(CompressedEvent, that_claims_gigabytes_is_refused_before_room_is_made) {
    const Error error = refusal(from_hex("84ffffffff") + packed_text);
    EXPECT_EQ(error.code, error_expand_event);
    EXPECT_NE(error.text.find("claims to expand 15 bytes to 4294967295"), std::string::npos);
    EXPECT_NE(error.text.find("offset 0"), std::string::npos);
}

TEST(CompressedEvent, of_another_method_is_refused) {
    for (const char* mark : {"02012c", "92012c", "85000000012c", "80"}) {
        EXPECT_EQ(refusal(from_hex(mark) + packed_text).code, error_expand_event) << mark;
    }
    EXPECT_EQ(refusal("").code, error_expand_event);
    EXPECT_EQ(refusal(from_hex("8401")).code, error_expand_event);
}

TEST(CompressedEvent, damaged_at_any_byte_gives_an_error_or_a_query) {
    const std::string good = from_hex("82012c") + packed_text;
    std::size_t refused = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
            const std::string event = compressed_query(bad);
            std::string buffer;
            const auto ordinary = expand_event(view_of(event), buffer);
            if (ordinary) {
                EXPECT_TRUE(parse_query(*ordinary));
            } else {
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, good.size() * 7);
}

}  // namespace
}  // namespace penstock::binlog::test
