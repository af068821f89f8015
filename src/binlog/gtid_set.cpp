#include "penstock/gtid_set.h"

#include <fmt/core.h>
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "binlog/errors.h"

namespace penstock {

namespace {

using Interval = GtidSet::Interval;
using Entry = GtidSet::Entry;

constexpr std::size_t tag_characters_max = 32;

tl::unexpected<Error> not_a_gtid(std::string_view text, const char* reason) {
    constexpr std::size_t shown_max = 100;
    return fail(ErrorKind::definite, binlog::error_gtid_text,
                fmt::format("\"{}\" in a GTID set: {}", text.substr(0, shown_max), reason));
}

int hex_digit(char c) {
    if (base::is_digit(c)) return c - '0';
    const char lower = base::to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<std::int64_t> parse_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return not_a_gtid(text, "a transaction number is expected");
    }
    if (number < 1 || number >= gtid_number_end) {
        return not_a_gtid(text, "no transaction has this number");
    }
    return number;
}

// "7" or "1-5", as [start, end).
Result<Interval> parse_interval(std::string_view text) {
    const std::size_t dash = text.find('-');
    PENSTOCK_ASSIGN(const std::int64_t first, parse_number(base::trim(text.substr(0, dash))));
    if (dash == text.npos) return Interval{first, first + 1};
    PENSTOCK_ASSIGN(const std::int64_t last, parse_number(base::trim(text.substr(dash + 1))));
    if (last < first) return not_a_gtid(text, "the interval ends before it starts");
    return Interval{first, last + 1};
}

bool before(const Entry& entry, const std::pair<const Uuid&, std::string_view>& key) {
    if (entry.uuid != key.first) return entry.uuid < key.first;
    return std::string_view(entry.tag) < key.second;
}

void add_interval(std::vector<Interval>& intervals, Interval added) {
    if (intervals.empty() || intervals.back().end < added.start) {
        intervals.push_back(added);
        return;
    }
    if (intervals.back().start <= added.start) {
        intervals.back().end = std::max(intervals.back().end, added.end);
        return;
    }
    // The first one that touches or lies behind, and the first one that lies behind.
    const auto from = std::lower_bound(intervals.begin(), intervals.end(), added.start,
                                       [](const Interval& i, std::int64_t n) { return i.end < n; });
    const auto to = std::upper_bound(from, intervals.end(), added.end,
                                     [](std::int64_t n, const Interval& i) { return n < i.start; });
    if (from == to) {
        intervals.insert(from, added);
        return;
    }
    from->start = std::min(from->start, added.start);
    from->end = std::max(std::prev(to)->end, added.end);
    intervals.erase(std::next(from), to);
}

std::vector<Interval> difference(const std::vector<Interval>& from,
                                 const std::vector<Interval>& removed) {
    std::vector<Interval> left;
    auto cut = removed.begin();
    for (Interval interval : from) {
        while (cut != removed.end() && cut->end <= interval.start) ++cut;
        for (auto c = cut; c != removed.end() && c->start < interval.end; ++c) {
            if (interval.start < c->start) left.push_back({interval.start, c->start});
            interval.start = std::min(c->end, interval.end);
        }
        if (interval.start < interval.end) left.push_back(interval);
    }
    return left;
}

std::vector<Interval> union_of(const std::vector<Interval>& a, const std::vector<Interval>& b) {
    std::vector<Interval> sorted;
    sorted.reserve(a.size() + b.size());
    std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(sorted),
               [](const Interval& x, const Interval& y) { return x.start < y.start; });
    std::vector<Interval> out;
    for (const Interval& interval : sorted) add_interval(out, interval);
    return out;
}

// The interval that `number` is in, or null.
const Interval* interval_with(const std::vector<Interval>& intervals, std::int64_t number) {
    const auto behind =
        std::upper_bound(intervals.begin(), intervals.end(), number,
                         [](std::int64_t n, const Interval& i) { return n < i.start; });
    if (behind == intervals.begin()) return nullptr;
    const Interval& candidate = *std::prev(behind);
    return number < candidate.end ? &candidate : nullptr;
}

// One element between commas: uuid, then tags and intervals.
Result<void> parse_element(std::string_view text, GtidSet& set) {
    const std::size_t colon = text.find(':');
    PENSTOCK_ASSIGN(const Uuid uuid, parse_uuid(base::trim(text.substr(0, colon))));
    if (colon == text.npos) return not_a_gtid(text, "transaction numbers are missing");
    std::string tag;
    bool numbers = false;
    for (const std::string_view untrimmed : base::split(text.substr(colon + 1), ':')) {
        const std::string_view part = base::trim(untrimmed);
        if (part.empty()) return not_a_gtid(text, "nothing between two colons");
        if (!base::is_digit(part.front())) {
            tag = base::to_lower(part);
            if (!is_gtid_tag(tag)) return not_a_gtid(part, "not a tag");
            numbers = false;
            continue;
        }
        PENSTOCK_ASSIGN(const Interval interval, parse_interval(part));
        set.add(uuid, tag, interval);
        numbers = true;
    }
    if (!numbers) return not_a_gtid(text, "transaction numbers are missing");
    return {};
}

}  // namespace

Result<Uuid> parse_uuid(std::string_view text) {
    Uuid uuid{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash_place = i == 8 || i == 13 || i == 18 || i == 23;
        const int digit = hex_digit(text[i]);
        if (dash_place ? text[i] != '-' : digit < 0 || digits == 2 * uuid.size()) {
            return not_a_gtid(text, "not a UUID");
        }
        if (dash_place) continue;
        std::uint8_t& byte = uuid[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | digit);
    }
    if (digits != 2 * uuid.size()) return not_a_gtid(text, "not a UUID");
    return uuid;
}

std::string to_string(const Uuid& uuid) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += digits[uuid[i] >> 4];
        out += digits[uuid[i] & 0xF];
    }
    return out;
}

bool is_gtid_tag(std::string_view text) {
    if (text.size() > tag_characters_max) return false;
    if (!text.empty() && base::is_digit(text.front())) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '_';
    });
}

Result<Gtid> Gtid::parse(std::string_view text) {
    PENSTOCK_ASSIGN(const GtidSet set, GtidSet::parse(text));
    if (set.count() != 1) return not_a_gtid(text, "exactly one transaction is expected");
    const Entry& entry = set.entries().front();
    return Gtid{entry.uuid, entry.tag, entry.intervals.front().start};
}

std::string Gtid::to_string() const {
    std::string out = penstock::to_string(uuid);
    if (!tag.empty()) out += ":" + tag;
    return out + ":" + std::to_string(number);
}

Result<GtidSet> GtidSet::parse(std::string_view text) {
    GtidSet set;
    for (const std::string_view untrimmed : base::split(text, ',')) {
        const std::string_view element = base::trim(untrimmed);
        if (!element.empty()) PENSTOCK_TRY(parse_element(element, set));
    }
    return set;
}

std::string GtidSet::to_string() const {
    std::string out;
    const Entry* previous = nullptr;
    for (const Entry& entry : entries_) {
        if (previous == nullptr || previous->uuid != entry.uuid) {
            if (previous != nullptr) out += ',';
            out += penstock::to_string(entry.uuid);
        }
        if (!entry.tag.empty()) out += ":" + entry.tag;
        for (const Interval& interval : entry.intervals) {
            out += ":" + std::to_string(interval.start);
            if (interval.end - interval.start > 1) out += "-" + std::to_string(interval.end - 1);
        }
        previous = &entry;
    }
    return out;
}

void GtidSet::add(const Gtid& gtid) {
    add(gtid.uuid, gtid.tag, {gtid.number, gtid.number + 1});
}

void GtidSet::add(const Uuid& uuid, std::string_view tag, Interval interval) {
    PENSTOCK_ASSERT(interval.start >= 1 && interval.start < interval.end);
    add_interval(find_or_insert(uuid, tag).intervals, interval);
}

void GtidSet::unite(const GtidSet& other) {
    for (const Entry& theirs : other.entries_) {
        Entry& ours = find_or_insert(theirs.uuid, theirs.tag);
        ours.intervals = union_of(ours.intervals, theirs.intervals);
    }
}

void GtidSet::subtract(const GtidSet& other) {
    for (Entry& ours : entries_) {
        const Entry* theirs = other.find(ours.uuid, ours.tag);
        if (theirs != nullptr) ours.intervals = difference(ours.intervals, theirs->intervals);
    }
    std::erase_if(entries_, [](const Entry& entry) { return entry.intervals.empty(); });
}

bool GtidSet::contains(const Gtid& gtid) const {
    const Entry* entry = find(gtid.uuid, gtid.tag);
    return entry != nullptr && interval_with(entry->intervals, gtid.number) != nullptr;
}

bool GtidSet::contains(const GtidSet& other) const {
    return std::all_of(other.entries_.begin(), other.entries_.end(), [this](const Entry& theirs) {
        const Entry* ours = find(theirs.uuid, theirs.tag);
        if (ours == nullptr) return false;
        return std::all_of(theirs.intervals.begin(), theirs.intervals.end(),
                           [ours](const Interval& interval) {
                               const Interval* in = interval_with(ours->intervals, interval.start);
                               return in != nullptr && interval.end <= in->end;
                           });
    });
}

std::uint64_t GtidSet::count() const {
    std::uint64_t count = 0;
    for (const Entry& entry : entries_) {
        for (const Interval& interval : entry.intervals) {
            count += static_cast<std::uint64_t>(interval.end - interval.start);
        }
    }
    return count;
}

const Entry* GtidSet::find(const Uuid& uuid, std::string_view tag) const {
    const std::pair<const Uuid&, std::string_view> key{uuid, tag};
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), key, before);
    return at != entries_.end() && at->uuid == uuid && at->tag == tag ? &*at : nullptr;
}

Entry& GtidSet::find_or_insert(const Uuid& uuid, std::string_view tag) {
    const std::pair<const Uuid&, std::string_view> key{uuid, tag};
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), key, before);
    if (at != entries_.end() && at->uuid == uuid && at->tag == tag) return *at;
    return *entries_.insert(at, Entry{uuid, std::string(tag), {}});
}

}  // namespace penstock
