// parse_rows() takes a short way for what nearly all rows events have: it must say what the long
// way says, of any bytes.
#include <gtest/gtest.h>

#include <random>

#include "binlog/encoding.h"
#include "binlog/rows.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

std::string random_body(std::mt19937& random) {
    const auto below = [&](unsigned count) {
        return static_cast<std::uint8_t>(
            std::uniform_int_distribution<unsigned>(0, count - 1)(random));
    };
    std::string body;
    base::ByteWriter writer(body);
    writer.le(random(), 6).le(random(), 2);
    if (below(4) != 0) writer.le(below(8) == 0 ? below(6) : 2, 2);  // extra information
    // Around the counts where bitmaps grow and where the length-encoded number does.
    const unsigned columns = below(3) == 0 ? 0xF4U + below(12) : below(20);
    writer.length_encoded(columns);
    for (unsigned left = below(12) == 0 ? below(80) : 70; left != 0; --left) {
        body.push_back(static_cast<char>(below(256)));
    }
    if (below(3) == 0) body.resize(below(static_cast<unsigned>(body.size()) + 1));
    return body;
}

void expect_same(Bytes one, Bytes other) {
    EXPECT_EQ(one.size(), other.size());
    if (one.empty()) return;
    EXPECT_EQ(one.data(), other.data());
}

TEST(RowsEvent, both_ways_of_parsing_agree) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::size_t parsed = 0;
    for (int i = 0; i < 20'000; ++i) {
        constexpr EventType types[] = {
            EventType::write_rows,    EventType::update_rows,         EventType::delete_rows,
            EventType::write_rows_v1, EventType::partial_update_rows,
        };
        const std::string event =
            event_bytes(types[random() % std::size(types)], random_body(random));
        const auto plain = parse_rows(view_of(event));
        const auto any = parse_any_rows(view_of(event));
        ASSERT_EQ(plain.has_value(), any.has_value());
        if (!plain) {
            EXPECT_EQ(plain.error().text, any.error().text);
            continue;
        }
        ++parsed;
        EXPECT_EQ(plain->kind, any->kind);
        EXPECT_EQ(plain->table_id, any->table_id);
        EXPECT_EQ(plain->flags, any->flags);
        EXPECT_EQ(plain->column_count, any->column_count);
        expect_same(plain->extra_info, any->extra_info);
        expect_same(plain->columns_before, any->columns_before);
        expect_same(plain->columns_after, any->columns_after);
        expect_same(plain->rows, any->rows);
    }
    EXPECT_GT(parsed, 5'000U);
}

}  // namespace
}  // namespace penstock::binlog::test
