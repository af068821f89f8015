#include "penstock/mariadb_gtid_set.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

#include "binlog/mariadb_control.h"
#include "binlog/mariadb_gtid_event.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

MariadbGtidSet set_of(const std::string& text) {
    return MariadbGtidSet::parse(text).value();
}

TEST(MariadbGtidSet, reads_the_servers_text_and_intervals) {
    const MariadbGtidSet set = set_of(" 1-2-7,\n0-1-10-20 , 0-1-9,0-1-30");
    EXPECT_EQ(set.to_string(), "0-1-9-20,0-1-30,1-2-7");
    EXPECT_EQ(set.count(), 14U);
    EXPECT_EQ(set, set_of(set.to_string()));
    EXPECT_TRUE(set.contains(MariadbGtid{0, 1, 20}));
    EXPECT_FALSE(set.contains(MariadbGtid{0, 1, 21}));
    EXPECT_FALSE(set.contains(MariadbGtid{0, 2, 20}));
    EXPECT_TRUE(set_of(" , ").empty());
}

TEST(MariadbGtidSet, refuses_what_is_none) {
    for (const char* text :
         {"x", "0", "0-1", "0-1-", "0-1-0", "0-1-x", "0-1-2-", "0-1-2-1", "0-1-2-3-4", "-1-2",
          "4294967296-1-2", "0-4294967296-2", "0-1-9223372036854775807", "0-1-99999999999999999999",
          "0-1-+2", "0- 1-2", "0-1-2 0-1-3", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1"}) {
        EXPECT_FALSE(MariadbGtidSet::parse(text)) << text;
    }
}

TEST(MariadbGtidSet, holds_the_highest_numbers) {
    const std::string text = "4294967295-4294967295-9223372036854775806";
    EXPECT_EQ(set_of(text).to_string(), text);
}

TEST(MariadbGtidSet, up_to_a_position_has_all_before_it) {
    const std::array<MariadbGtid, 3> state{{{0, 1, 100}, {0, 2, 7}, {0, 1, 30}}};
    EXPECT_EQ(MariadbGtidSet::up_to(state).to_string(), "0-1-1-100,0-2-1-7");
}

TEST(MariadbGtid, prints_what_it_reads) {
    EXPECT_EQ(MariadbGtid::parse("0-27384-12").value().to_string(), "0-27384-12");
    EXPECT_FALSE(MariadbGtid::parse("0-1-2-3"));
    EXPECT_FALSE(MariadbGtid::parse("0-1-2,0-1-3"));
    EXPECT_FALSE(MariadbGtid::parse(""));
}

using Model = std::set<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>>;

struct Pair {
    MariadbGtidSet set;
    Model model;
};

Pair random_pair(std::mt19937& random) {
    Pair pair;
    const auto additions = random() % 30;
    for (std::uint32_t i = 0; i < additions; ++i) {
        const auto domain = static_cast<std::uint32_t>(random() % 2);
        const auto server = static_cast<std::uint32_t>(random() % 3);
        const std::int64_t start = 1 + static_cast<std::int64_t>(random() % 40);
        const std::int64_t end = start + 1 + static_cast<std::int64_t>(random() % 6);
        pair.set.add(domain, server, {start, end});
        for (std::int64_t n = start; n < end; ++n) pair.model.insert({domain, server, n});
    }
    return pair;
}

MariadbGtidSet from_model(const Model& model) {
    MariadbGtidSet set;
    for (const auto& [domain, server, number] : model) {
        set.add(MariadbGtid{domain, server, number});
    }
    return set;
}

TEST(MariadbGtidSet, behaves_like_a_set_of_its_members) {
    constexpr std::uint32_t seed = 815;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 1000; ++round) {
        const Pair a = random_pair(random);
        const Pair b = random_pair(random);
        ASSERT_EQ(a.set, from_model(a.model));
        ASSERT_EQ(a.set.count(), a.model.size());
        ASSERT_EQ(a.set, set_of(a.set.to_string()));

        Model united = a.model;
        united.insert(b.model.begin(), b.model.end());
        MariadbGtidSet sum = a.set;
        sum.unite(b.set);
        ASSERT_EQ(sum, from_model(united));

        Model left = a.model;
        for (const auto& member : b.model) left.erase(member);
        MariadbGtidSet difference = a.set;
        difference.subtract(b.set);
        ASSERT_EQ(difference, from_model(left));

        ASSERT_EQ(a.set.contains(b.set),
                  std::includes(a.model.begin(), a.model.end(), b.model.begin(), b.model.end()));
        for (const auto& [domain, server, number] : b.model) {
            ASSERT_EQ(a.set.contains(MariadbGtid{domain, server, number}),
                      a.model.contains({domain, server, number}));
        }
    }
}

// Server id 1 is in the header that event_bytes() makes.
Result<MariadbGtidEvent> gtid_of(const std::string& body) {
    static std::string event;  // must outlive its views
    event = event_bytes(EventType::mariadb_gtid, body);
    return parse_mariadb_gtid(view_of(event));
}

TEST(MariadbGtidEvent, is_padded_and_alone) {
    const MariadbGtidEvent gtid = gtid_of(from_hex("1500000000000000"
                                                   "07000000"
                                                   "29"
                                                   "000000000000"))
                                      .value();
    EXPECT_EQ(gtid.gtid.to_string(), "7-1-21");
    EXPECT_TRUE(gtid.standalone());
    EXPECT_EQ(gtid.flags & mariadb_gtid_ddl_flag, mariadb_gtid_ddl_flag);
    EXPECT_EQ(gtid.commit_id, 0U);
    EXPECT_FALSE(gtid.xa);
}

TEST(MariadbGtidEvent, has_what_its_flags_tell) {
    const std::string body = from_hex(
                                 "1500000000000000"
                                 "07000000"
                                 "42"  // prepared XA, committed in a group
                                 "6300000000000000"
                                 "05000000"
                                 "0201") +
                             "gtb" +
                             from_hex(
                                 "1d"  // engines, COMMIT ALTER, ROLLBACK ALTER, thread
                                 "02"
                                 "0900000000000000"
                                 "2a000000");
    const MariadbGtidEvent gtid = gtid_of(body).value();
    EXPECT_FALSE(gtid.standalone());
    EXPECT_EQ(gtid.commit_id, 99U);
    EXPECT_EQ(gtid.xa->to_string(), "X'6774',X'62',5");
    EXPECT_EQ(gtid.extra_engines, 2U);
    EXPECT_EQ(gtid.start_alter_sequence, 9U);
    EXPECT_EQ(gtid.thread_id, 42U);
    // At one length it is a valid event without extra flags.
    std::size_t read = 0;
    for (std::size_t bytes = 0; bytes < body.size(); ++bytes) {
        if (gtid_of(body.substr(0, bytes))) ++read;
    }
    EXPECT_EQ(read, 1U);
}

// At the head of a file that was the cache of a large transaction.
TEST(MariadbGtidEvent, is_padded_to_where_the_cache_begins) {
    const std::string body = from_hex(
        "1500000000000000"
        "07000000"
        "0c"
        "10"  // thread
        "2a000000");
    const MariadbGtidEvent gtid = gtid_of(body + std::string(3700, '\0')).value();
    EXPECT_EQ(gtid.gtid.to_string(), "7-1-21");
    EXPECT_EQ(gtid.thread_id, 42U);
    EXPECT_EQ(gtid.start_alter_sequence, 0U);
}

TEST(MariadbGtidEvent, without_a_sequence_number_is_refused) {
    EXPECT_FALSE(gtid_of(std::string(19, '\0')));
    EXPECT_FALSE(gtid_of(std::string(8, '\xFF') + std::string(11, '\0')));
}

TEST(MariadbGtidList, names_the_last_of_each_server) {
    const std::string body = from_hex(
        "02000010"
        "00000000"
        "01000000"
        "0a00000000000000"
        "05000000"
        "02000000"
        "0b00000000000000");
    const std::string event = event_bytes(EventType::mariadb_gtid_list, body);
    const MariadbGtidListEvent list = parse_mariadb_gtid_list(view_of(event)).value();
    EXPECT_EQ(list.flags, 1U);
    ASSERT_EQ(list.gtids.size(), 2U);
    EXPECT_EQ(list.gtids[1].to_string(), "5-2-11");
    for (std::size_t bytes = 0; bytes < body.size(); ++bytes) {
        const std::string cut = event_bytes(EventType::mariadb_gtid_list, body.substr(0, bytes));
        EXPECT_FALSE(parse_mariadb_gtid_list(view_of(cut))) << bytes;
    }
}

TEST(MariadbControl, events_are_read) {
    const std::string checkpoint =
        event_bytes(EventType::mariadb_binlog_checkpoint, from_hex("0d000000") + "binlog.000001");
    EXPECT_EQ(parse_binlog_checkpoint(view_of(checkpoint)).value().file, "binlog.000001");
    const std::string cut =
        event_bytes(EventType::mariadb_binlog_checkpoint, from_hex("0e000000") + "binlog.000001");
    EXPECT_FALSE(parse_binlog_checkpoint(view_of(cut)));
    const std::string start =
        event_bytes(EventType::mariadb_start_encryption, from_hex("01"
                                                                  "05000000") +
                                                             "123456789012");
    EXPECT_EQ(parse_start_encryption(view_of(start)).value().key_version, 5U);
    EXPECT_NE(encrypted_file(view_of(start)).value().text.find("offset 0"), std::string::npos);
}

}  // namespace
}  // namespace penstock::binlog::test
