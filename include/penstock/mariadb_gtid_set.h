// MariadbGtid and MariadbGtidSet: MariaDB's global transaction identifiers.
//
// A set is kept like GtidSet: half-open intervals, sorted, per (domain, server). A position
// (@@gtid_slave_pos, @@gtid_binlog_state, GTID_LIST) is another thing: it names the last of each
// domain or (domain, server) and means all before them too; up_to() makes a set of it. Values; no
// thread-safety of their own.
//
// Text: "0-1-7,0-1-10-20,5-2-1": domain, server, number as the server writes it, and first and last
// number of an interval, which no server writes. Spaces and line breaks are allowed when reading.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "penstock/gtid_interval.h"
#include "penstock/result.h"

namespace penstock {

struct MariadbGtid {
    std::uint32_t domain = 0;
    std::uint32_t server = 0;
    std::int64_t sequence = 0;  // 1 or more, below gtid_number_end, in a valid GTID

    // "domain-server-sequence".
    [[nodiscard]] static Result<MariadbGtid> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    friend bool operator==(const MariadbGtid&, const MariadbGtid&) = default;
};

class MariadbGtidSet {
public:
    using Interval = GtidInterval;
    // The numbers of one (domain, server): sorted, apart from each other, never empty.
    struct Entry {
        std::uint32_t domain = 0;
        std::uint32_t server = 0;
        std::vector<Interval> intervals;

        [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> key() const {
            return {domain, server};
        }
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    [[nodiscard]] static Result<MariadbGtidSet> parse(std::string_view text);
    // Of each of these, all from 1 to it.
    [[nodiscard]] static MariadbGtidSet up_to(std::span<const MariadbGtid> position);
    // Canonical: equal sets have equal texts.
    [[nodiscard]] std::string to_string() const;

    // The number must be 1 or more and below gtid_number_end.
    void add(const MariadbGtid& gtid);
    // 1 <= interval.start < interval.end <= gtid_number_end.
    void add(std::uint32_t domain, std::uint32_t server, Interval interval);
    void unite(const MariadbGtidSet& other);
    void subtract(const MariadbGtidSet& other);
    void clear() { entries_.clear(); }

    [[nodiscard]] bool contains(const MariadbGtid& gtid) const;
    [[nodiscard]] bool contains(const MariadbGtidSet& other) const;
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    // Sorted by domain, then server.
    [[nodiscard]] std::span<const Entry> entries() const { return entries_; }

    friend bool operator==(const MariadbGtidSet&, const MariadbGtidSet&) = default;

private:
    std::vector<Entry> entries_;
};

}  // namespace penstock

namespace penstock::binlog {
using penstock::MariadbGtid;
using penstock::MariadbGtidSet;
}  // namespace penstock::binlog
