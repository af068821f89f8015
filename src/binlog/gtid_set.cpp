#include "penstock/gtid_set.h"

#include <fmt/core.h>
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "binlog/errors.h"
#include "binlog/gtid_intervals.h"

namespace penstock {

namespace {

using Interval = GtidSet::Interval;
using Entry = GtidSet::Entry;
using Key = std::pair<const Uuid&, std::string_view>;

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

// One element between commas: uuid, then tags and intervals.
Result<void> parse_element(std::string_view text, std::vector<Entry>& entries) {
    const std::size_t colon = text.find(':');
    PENSTOCK_ASSIGN(const Uuid uuid, parse_uuid(base::trim(text.substr(0, colon))));
    if (colon == text.npos) return not_a_gtid(text, "transaction numbers are missing");
    Entry entry{uuid, {}, {}};
    for (const std::string_view untrimmed : base::split(text.substr(colon + 1), ':')) {
        const std::string_view part = base::trim(untrimmed);
        if (part.empty()) return not_a_gtid(text, "nothing between two colons");
        if (!base::is_digit(part.front())) {
            if (!entry.intervals.empty()) entries.push_back(std::move(entry));
            entry = {uuid, base::to_lower(part), {}};
            if (!is_gtid_tag(entry.tag)) return not_a_gtid(part, "not a tag");
            continue;
        }
        PENSTOCK_ASSIGN(const Interval interval, parse_interval(part));
        entry.intervals.push_back(interval);
    }
    if (entry.intervals.empty()) return not_a_gtid(text, "transaction numbers are missing");
    entries.push_back(std::move(entry));
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
    std::vector<Entry> entries;
    for (const std::string_view untrimmed : base::split(text, ',')) {
        const std::string_view element = base::trim(untrimmed);
        if (!element.empty()) PENSTOCK_TRY(parse_element(element, entries));
    }
    return from_entries(std::move(entries));
}

GtidSet GtidSet::from_entries(std::vector<Entry> entries) {
    GtidSet set;
    set.entries_ = std::move(entries);
    binlog::normalise_entries(set.entries_);
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
    Entry& entry = binlog::find_or_insert_entry(entries_, Key{uuid, tag}, [&] {
        return Entry{uuid, std::string(tag), {}};
    });
    binlog::add_interval(entry.intervals, interval);
}

void GtidSet::unite(const GtidSet& other) {
    binlog::unite_entries(entries_, other.entries_);
}

void GtidSet::subtract(const GtidSet& other) {
    binlog::subtract_entries(entries_, other.entries_);
}

bool GtidSet::contains(const Gtid& gtid) const {
    const Entry* entry = binlog::find_entry(entries_, Key{gtid.uuid, gtid.tag});
    return entry != nullptr && binlog::contains(entry->intervals, gtid.number);
}

bool GtidSet::contains(const GtidSet& other) const {
    return binlog::contains_entries(entries_, other.entries_);
}

std::uint64_t GtidSet::count() const {
    return binlog::count_of_entries(entries_);
}

}  // namespace penstock
