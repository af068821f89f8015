#include "binlog/stream_position.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock::binlog::test {
namespace {

constexpr std::uint64_t four_gib = std::uint64_t{1} << 32;

EventHeader event(std::uint32_t size, std::uint64_t end, EventType type = EventType::query) {
    EventHeader header;
    header.type = type;
    header.event_size = size;
    header.log_pos = static_cast<std::uint32_t>(end);
    return header;
}

TEST(StreamPosition, goes_beyond_4_gib) {
    StreamPosition position("binlog.000001", four_gib - 100);
    position.advance(event(80, four_gib - 20));
    EXPECT_EQ(position.offset(), four_gib - 20);
    position.advance(event(80, four_gib + 60));
    EXPECT_EQ(position.offset(), four_gib + 60);
    position.rotate("binlog.000001", 5 * four_gib);
    position.advance(event(80, 5 * four_gib + 80));
    EXPECT_EQ(position.offset(), 5 * four_gib + 80);
}

TEST(StreamPosition, is_counted_where_mariadb_11_4_leaves_it_out) {
    StreamPosition position("binlog.000001", 431);
    position.advance(event(98, 0, EventType::mariadb_annotate_rows));
    position.advance(event(75, 0, EventType::table_map));
    position.advance(event(50, 0, EventType::write_rows_v1));
    EXPECT_EQ(position.offset(), 654U);
    position.advance(event(31, 685, EventType::xid));
    EXPECT_EQ(position.offset(), 685U);
}

TEST(StreamPosition, that_is_left_out_at_4_gib_is_counted_too) {
    StreamPosition position("binlog.000001", four_gib - 10);
    position.advance(event(40, 0));
    EXPECT_EQ(position.offset(), four_gib + 30);
}

TEST(StreamPosition, jumps_over_what_the_source_left_out) {
    StreamPosition position("binlog.000001", 325);
    position.advance(event(42, 6146));
    EXPECT_EQ(position.offset(), 6146U);
    position.advance(event(42, 100));  // the next 4 GiB
    EXPECT_EQ(position.offset(), four_gib + 100);
}

TEST(StreamPosition, stays_for_what_the_source_made_up) {
    StreamPosition position("binlog.000001", 500);
    EventHeader made_up = event(43, 6104, EventType::mariadb_gtid_list);
    made_up.flags = event_artificial_flag;
    position.advance(made_up);
    position.advance(event(36, 500, EventType::heartbeat));
    position.advance(event(42, 500, EventType::heartbeat_v2));
    position.advance(event(123, 0, EventType::format_description));
    EXPECT_EQ(position.offset(), 500U);
    EXPECT_EQ(position.file(), "binlog.000001");
}

TEST(EndsAt, compares_what_the_header_has) {
    for (const Flavour flavour : {Flavour::mysql, Flavour::mariadb}) {
        EXPECT_TRUE(ends_at(event(10, 77), flavour, 77));
        EXPECT_TRUE(ends_at(event(10, four_gib + 77), flavour, four_gib + 77));
        EXPECT_FALSE(ends_at(event(10, 78), flavour, 77));
        EXPECT_TRUE(ends_at(event(10, four_gib, EventType::xid), flavour, four_gib));
    }
}

TEST(EndsAt, lets_a_position_be_absent_where_mariadb_copies_a_cache) {
    EXPECT_TRUE(ends_at(event(10, 0), Flavour::mariadb, 77));
    EXPECT_FALSE(ends_at(event(10, 0), Flavour::mysql, 77));
    EXPECT_FALSE(ends_at(event(10, 0, EventType::xid), Flavour::mariadb, 77));
}

// Against MariaDB's own list: the constructors of sql/log_event.h that take a cache.
TEST(MayLackPosition, is_for_what_goes_through_a_cache) {
    const std::set<EventType> cached{EventType::query,
                                     EventType::intvar,
                                     EventType::rand,
                                     EventType::user_var,
                                     EventType::begin_load_query,
                                     EventType::append_block,
                                     EventType::delete_file,
                                     EventType::execute_load_query,
                                     EventType::table_map,
                                     EventType::write_rows_v1,
                                     EventType::update_rows_v1,
                                     EventType::delete_rows_v1,
                                     EventType::write_rows,
                                     EventType::update_rows,
                                     EventType::delete_rows,
                                     EventType::partial_update_rows,
                                     EventType::mariadb_annotate_rows,
                                     EventType::mariadb_query_compressed,
                                     EventType::mariadb_write_rows_compressed_v1,
                                     EventType::mariadb_update_rows_compressed_v1,
                                     EventType::mariadb_delete_rows_compressed_v1,
                                     EventType::mariadb_write_rows_compressed,
                                     EventType::mariadb_update_rows_compressed,
                                     EventType::mariadb_delete_rows_compressed};
    for (unsigned number = 0; number < 256; ++number) {
        const auto type = static_cast<EventType>(number);
        EXPECT_EQ(may_lack_position(type, Flavour::mariadb), cached.count(type) != 0) << number;
        EXPECT_FALSE(may_lack_position(type, Flavour::mysql)) << number;
    }
}

}  // namespace
}  // namespace penstock::binlog::test
