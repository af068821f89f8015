#include "penstock/gtid_set.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "binlog/previous_gtids.h"
#include "support.h"

namespace penstock {
namespace {

constexpr const char* uuid_a = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
constexpr const char* uuid_b = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

GtidSet set_of(const std::string& text) {
    return GtidSet::parse(text).value();
}

TEST(GtidSet, reads_the_servers_text_with_line_breaks_and_upper_case) {
    const GtidSet set = set_of(std::string(uuid_b) +
                               ":1-3:11:47-49 ,\n 3E11FA47-71CA-11E1-9E33-"
                               "C80AA9429562:23");
    EXPECT_EQ(set.to_string(), std::string(uuid_a) + ":23," + uuid_b + ":1-3:11:47-49");
    EXPECT_EQ(set.count(), 8U);
}

TEST(GtidSet, reads_tags_between_intervals) {
    const GtidSet set = set_of(std::string(uuid_a) + ":1-3:tag_1:5-6:8:Zed:1");
    EXPECT_EQ(set.to_string(), std::string(uuid_a) + ":1-3:tag_1:5-6:8:zed:1");
    EXPECT_TRUE(set.contains(Gtid::parse(std::string(uuid_a) + ":tag_1:8").value()));
    EXPECT_FALSE(set.contains(Gtid::parse(std::string(uuid_a) + ":8").value()));
}

TEST(GtidSet, joins_intervals_that_touch) {
    const std::string uuid = uuid_a;
    EXPECT_EQ(set_of(uuid + ":5-6:1-4:8:7").to_string(), uuid + ":1-8");
}

TEST(GtidSet, of_nothing_is_empty_text) {
    EXPECT_TRUE(set_of("").empty());
    EXPECT_TRUE(set_of(" , \n").empty());
    EXPECT_EQ(GtidSet{}.to_string(), "");
}

TEST(GtidSet, refuses_what_is_none) {
    for (const char* text :
         {"x", "3e11fa47", "3e11fa47-71ca-11e1-9e33-c80aa9429562",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:", "3e11fa47-71ca-11e1-9e33-c80aa9429562:0",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:3-2",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:1:", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:tag", "3e11fa47-71ca-11e1-9e33-c80aa9429562:ta g:1",
          "3e11fa4771ca11e19e33c80aa9429562:1", "3e11fa47-71ca-11e1-9e33-c80aa94295621:1",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:9223372036854775807",
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:99999999999999999999"}) {
        EXPECT_FALSE(GtidSet::parse(text)) << text;
    }
}

TEST(GtidSet, holds_the_highest_number_a_server_can_give) {
    const GtidSet set = set_of(std::string(uuid_a) + ":9223372036854775806");
    EXPECT_EQ(set.count(), 1U);
    EXPECT_EQ(set, set_of(set.to_string()));
}

TEST(Gtid, prints_what_it_reads) {
    for (const std::string tag : {"", "tag:"}) {
        const std::string text = std::string(uuid_a) + ":" + tag + "77";
        EXPECT_EQ(Gtid::parse(text).value().to_string(), text);
    }
    EXPECT_FALSE(Gtid::parse(std::string(uuid_a) + ":1-2"));
    EXPECT_FALSE(Gtid::parse(""));
}

// A set as everybody understands it: its members, one by one.
using Model = std::set<std::tuple<Uuid, std::string, std::int64_t>>;

struct Pair {
    GtidSet set;
    Model model;
};

Pair random_pair(std::mt19937& random) {
    const std::array<Uuid, 2> uuids{parse_uuid(uuid_a).value(), parse_uuid(uuid_b).value()};
    const std::array<std::string, 3> tags{"", "a", "b_1"};
    Pair pair;
    const auto additions = random() % 30;
    for (std::uint32_t i = 0; i < additions; ++i) {
        const Uuid& uuid = uuids[random() % uuids.size()];
        const std::string& tag = tags[random() % tags.size()];
        const std::int64_t start = 1 + static_cast<std::int64_t>(random() % 40);
        const std::int64_t end = start + 1 + static_cast<std::int64_t>(random() % 6);
        pair.set.add(uuid, tag, {start, end});
        for (std::int64_t n = start; n < end; ++n) pair.model.insert({uuid, tag, n});
    }
    return pair;
}

GtidSet from_model(const Model& model) {
    GtidSet set;
    for (const auto& [uuid, tag, number] : model) set.add({uuid, tag, number});
    return set;
}

TEST(GtidSet, behaves_like_a_set_of_its_members) {
    constexpr std::uint32_t seed = 4711;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 1000; ++round) {
        const Pair a = random_pair(random);
        const Pair b = random_pair(random);
        ASSERT_EQ(a.set, from_model(a.model));
        ASSERT_EQ(a.set.count(), a.model.size());
        ASSERT_EQ(a.set, set_of(a.set.to_string()));
        ASSERT_EQ(a.set,
                  binlog::decode_gtid_set(base::as_bytes(binlog::encode_gtid_set(a.set))).value());

        Model united = a.model;
        united.insert(b.model.begin(), b.model.end());
        GtidSet sum = a.set;
        sum.unite(b.set);
        ASSERT_EQ(sum, from_model(united));

        Model left = a.model;
        for (const auto& member : b.model) left.erase(member);
        GtidSet difference = a.set;
        difference.subtract(b.set);
        ASSERT_EQ(difference, from_model(left));

        ASSERT_EQ(a.set.contains(b.set),
                  std::includes(a.model.begin(), a.model.end(), b.model.begin(), b.model.end()));
        ASSERT_TRUE(sum.contains(a.set));
        for (const auto& [uuid, tag, number] : b.model) {
            ASSERT_EQ(a.set.contains(Gtid{uuid, tag, number}),
                      a.model.contains({uuid, tag, number}));
        }
    }
}

// Every second number: nothing can be joined.
std::string with_gaps(std::size_t intervals, bool reversed) {
    std::string text = uuid_a;
    for (std::size_t i = 0; i < intervals; ++i) {
        const std::size_t number = 1 + 2 * (reversed ? intervals - 1 - i : i);
        text += ":" + std::to_string(number);
    }
    return text;
}

// Quadratic ways would take minutes here: the greatest of these is 10^12 moves.
TEST(GtidSet, of_a_million_intervals_in_the_worst_order_is_read_and_combined_at_once) {
    constexpr std::size_t intervals = 1'000'000;
    const GtidSet forwards = set_of(with_gaps(intervals, false));
    const GtidSet backwards = set_of(with_gaps(intervals, true));
    EXPECT_EQ(forwards, backwards);
    EXPECT_EQ(forwards.count(), intervals);
    EXPECT_TRUE(forwards.contains(backwards));
    GtidSet even;
    for (std::size_t i = 0; i < intervals; ++i) {
        even.add({parse_uuid(uuid_a).value(), "", static_cast<std::int64_t>(2 + 2 * i)});
    }
    GtidSet all = forwards;
    all.unite(even);
    EXPECT_EQ(all.to_string(), std::string(uuid_a) + ":1-2000000");
    all.subtract(forwards);
    EXPECT_EQ(all, even);
    EXPECT_EQ(binlog::decode_gtid_set(base::as_bytes(binlog::encode_gtid_set(all))).value(), all);
}

TEST(GtidSet, of_many_servers_in_the_worst_order_is_read_and_united_at_once) {
    constexpr std::uint32_t servers = 100'000;
    std::vector<GtidSet::Entry> odd, even;
    for (std::uint32_t i = servers; i-- > 0;) {
        Uuid uuid{};
        for (std::size_t byte = 0; byte < 4; ++byte) {
            uuid[byte] = static_cast<std::uint8_t>(i >> (8 * (3 - byte)));
        }
        (i % 2 == 0 ? even : odd).push_back({uuid, "", {{5, 6}, {1, 3}, {2, 5}}});
    }
    GtidSet all = GtidSet::from_entries(std::move(odd));
    all.unite(GtidSet::from_entries(std::move(even)));
    EXPECT_EQ(all.entries().size(), servers);
    EXPECT_EQ(all.count(), 5U * servers);
    EXPECT_TRUE(std::is_sorted(
        all.entries().begin(), all.entries().end(),
        [](const GtidSet::Entry& a, const GtidSet::Entry& b) { return a.uuid < b.uuid; }));
    EXPECT_EQ(all, set_of(all.to_string()));
}

TEST(GtidSet, in_binary_form_refuses_damage) {
    const std::string good = binlog::encode_gtid_set(set_of(std::string(uuid_a) + ":1-3:7:tag:1"));
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
        EXPECT_FALSE(binlog::decode_gtid_set(base::as_bytes(good.substr(0, cut)))) << cut;
    }
    EXPECT_FALSE(binlog::decode_gtid_set(base::as_bytes(good + "x")));
}

}  // namespace
}  // namespace penstock
