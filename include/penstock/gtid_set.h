// Gtid and GtidSet: MySQL's global transaction identifiers, with tags (MySQL 8.3).
//
// A set is kept as half-open intervals, sorted, per (uuid, tag). Adding the number after the
// highest one, which is what a stream does, is amortised O(1) in the intervals; adding before it
// moves what lies behind. Looking up is a binary search, all else is linear. Values; no
// thread-safety of their own.
//
// Text: "uuid:1-5:7:tag:1-3,uuid2:1", as the server writes and reads it; line breaks and spaces
// are allowed when reading, and upper case, which is written as lower case.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/gtid_interval.h"
#include "penstock/result.h"

namespace penstock {

using Uuid = std::array<std::uint8_t, 16>;

[[nodiscard]] Result<Uuid> parse_uuid(std::string_view text);
[[nodiscard]] std::string to_string(const Uuid& uuid);
// Up to 32 characters of [a-z0-9_], not starting with a digit; empty is "no tag".
[[nodiscard]] bool is_gtid_tag(std::string_view text);

struct Gtid {
    Uuid uuid{};
    std::string tag;          // lower case; empty: none
    std::int64_t number = 0;  // 1 or more in a valid GTID

    // "uuid:number" or "uuid:tag:number".
    [[nodiscard]] static Result<Gtid> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    friend bool operator==(const Gtid&, const Gtid&) = default;
};

class GtidSet {
public:
    using Interval = GtidInterval;
    // The numbers of one (uuid, tag): sorted, apart from each other, never empty.
    struct Entry {
        Uuid uuid{};
        std::string tag;
        std::vector<Interval> intervals;

        [[nodiscard]] std::pair<const Uuid&, std::string_view> key() const { return {uuid, tag}; }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    [[nodiscard]] static Result<GtidSet> parse(std::string_view text);
    // Entries in any order, their intervals in any order and overlapping, each as add() takes them.
    [[nodiscard]] static GtidSet from_entries(std::vector<Entry> entries);
    // Canonical: equal sets have equal texts.
    [[nodiscard]] std::string to_string() const;

    // The number must be 1 or more and below gtid_number_end.
    void add(const Gtid& gtid);
    // 1 <= interval.start < interval.end <= gtid_number_end.
    void add(const Uuid& uuid, std::string_view tag, Interval interval);
    void unite(const GtidSet& other);
    void subtract(const GtidSet& other);
    void clear() { entries_.clear(); }

    [[nodiscard]] bool contains(const Gtid& gtid) const;
    [[nodiscard]] bool contains(const GtidSet& other) const;
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    // Sorted by uuid, then tag.
    [[nodiscard]] std::span<const Entry> entries() const { return entries_; }

    friend bool operator==(const GtidSet&, const GtidSet&) = default;

private:
    std::vector<Entry> entries_;
};

}  // namespace penstock

namespace penstock::binlog {
using penstock::Gtid;
using penstock::GtidSet;
}  // namespace penstock::binlog
