#include "penstock/mariadb_gtid_set.h"

#include <fmt/core.h>
#include <array>
#include <charconv>

#include "base/assert.h"
#include "base/text.h"
#include "binlog/errors.h"
#include "binlog/gtid_intervals.h"

namespace penstock {

namespace {

using Entry = MariadbGtidSet::Entry;
using Key = std::pair<std::uint32_t, std::uint32_t>;

tl::unexpected<Error> not_a_gtid(std::string_view text, const char* reason) {
    constexpr std::size_t shown_max = 100;
    return fail(
        ErrorKind::definite, binlog::error_gtid_text,
        fmt::format("\"{}\" in a GTID set of MariaDB: {}", text.substr(0, shown_max), reason));
}

// False: not a number, or one that T cannot hold.
template <class T>
bool read_number(std::string_view text, T& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && base::is_digit(text.front()) && error == std::errc{} &&
           end == text.data() + text.size();
}

bool is_sequence(std::int64_t number) {
    return number >= 1 && number < gtid_number_end;
}

// "0-1-7" or "0-1-7-9".
Result<Entry> parse_element(std::string_view text) {
    const std::vector<std::string_view> parts = base::split(text, '-');
    Entry entry;
    std::int64_t first = 0;
    if (parts.size() < 3 || parts.size() > 4 || !read_number(parts[0], entry.domain) ||
        !read_number(parts[1], entry.server) || !read_number(parts[2], first)) {
        return not_a_gtid(text, "domain-server-number is expected");
    }
    std::int64_t last = first;
    if (parts.size() == 4 && !read_number(parts[3], last)) {
        return not_a_gtid(text, "domain-server-first-last is expected");
    }
    if (!is_sequence(first) || !is_sequence(last)) {
        return not_a_gtid(text, "no transaction has this number");
    }
    if (last < first) return not_a_gtid(text, "the interval ends before it starts");
    entry.intervals.push_back({first, last + 1});
    return entry;
}

}  // namespace

Result<MariadbGtid> MariadbGtid::parse(std::string_view text) {
    PENSTOCK_ASSIGN(const Entry entry, parse_element(base::trim(text)));
    const GtidInterval interval = entry.intervals.front();
    if (interval.end - interval.start != 1) {
        return not_a_gtid(text, "exactly one transaction is expected");
    }
    return MariadbGtid{entry.domain, entry.server, interval.start};
}

std::string MariadbGtid::to_string() const {
    return fmt::format("{}-{}-{}", domain, server, sequence);
}

Result<MariadbGtidSet> MariadbGtidSet::parse(std::string_view text) {
    MariadbGtidSet set;
    for (const std::string_view untrimmed : base::split(text, ',')) {
        const std::string_view element = base::trim(untrimmed);
        if (element.empty()) continue;
        PENSTOCK_ASSIGN(Entry entry, parse_element(element));
        set.entries_.push_back(std::move(entry));
    }
    binlog::normalise_entries(set.entries_);
    return set;
}

MariadbGtidSet MariadbGtidSet::up_to(std::span<const MariadbGtid> position) {
    MariadbGtidSet set;
    set.entries_.reserve(position.size());
    for (const MariadbGtid& last : position) {
        PENSTOCK_ASSERT(is_sequence(last.sequence));
        set.entries_.push_back({last.domain, last.server, {{1, last.sequence + 1}}});
    }
    binlog::normalise_entries(set.entries_);
    return set;
}

std::string MariadbGtidSet::to_string() const {
    std::string out;
    for (const Entry& entry : entries_) {
        for (const Interval& interval : entry.intervals) {
            if (!out.empty()) out += ',';
            out += MariadbGtid{entry.domain, entry.server, interval.start}.to_string();
            if (interval.end - interval.start > 1) out += fmt::format("-{}", interval.end - 1);
        }
    }
    return out;
}

void MariadbGtidSet::add(const MariadbGtid& gtid) {
    add(gtid.domain, gtid.server, {gtid.sequence, gtid.sequence + 1});
}

void MariadbGtidSet::add(std::uint32_t domain, std::uint32_t server, Interval interval) {
    PENSTOCK_ASSERT(interval.start >= 1 && interval.start < interval.end);
    Entry& entry = binlog::find_or_insert_entry(entries_, Key{domain, server}, [&] {
        return Entry{domain, server, {}};
    });
    binlog::add_interval(entry.intervals, interval);
}

void MariadbGtidSet::unite(const MariadbGtidSet& other) {
    binlog::unite_entries(entries_, other.entries_);
}

void MariadbGtidSet::subtract(const MariadbGtidSet& other) {
    binlog::subtract_entries(entries_, other.entries_);
}

bool MariadbGtidSet::contains(const MariadbGtid& gtid) const {
    const Entry* entry = binlog::find_entry(entries_, Key{gtid.domain, gtid.server});
    return entry != nullptr && binlog::contains(entry->intervals, gtid.sequence);
}

bool MariadbGtidSet::contains(const MariadbGtidSet& other) const {
    return binlog::contains_entries(entries_, other.entries_);
}

std::uint64_t MariadbGtidSet::count() const {
    return binlog::count_of_entries(entries_);
}

}  // namespace penstock
