// The algebra of GTID sets, for both flavours: intervals of numbers, and lists of entries that have
// such intervals under a key.
//
// Intervals are sorted and apart from each other (not even touching), entries are sorted by key()
// and have intervals. All but add_interval() in the middle is linear, or logarithmic where it only
// looks. Pure, any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "penstock/gtid_interval.h"

namespace penstock::binlog {

using GtidIntervals = std::vector<GtidInterval>;

// Amortised O(1) at the end; elsewhere what lies behind is moved.
void add_interval(GtidIntervals& intervals, GtidInterval added);
// Makes them sorted and apart from each other.
void normalise(GtidIntervals& intervals);
[[nodiscard]] GtidIntervals union_of(const GtidIntervals& a, const GtidIntervals& b);
[[nodiscard]] GtidIntervals difference_of(const GtidIntervals& from, const GtidIntervals& removed);
[[nodiscard]] bool contains(const GtidIntervals& intervals, std::int64_t number);
[[nodiscard]] bool contains(const GtidIntervals& intervals, const GtidIntervals& others);
[[nodiscard]] std::uint64_t count_of(const GtidIntervals& intervals);

// Where the entry with that key is, or would be.
template <class Entries, class Key>
auto lower_bound_of(Entries& entries, const Key& key) {
    return std::lower_bound(entries.begin(), entries.end(), key,
                            [](const auto& entry, const Key& k) { return entry.key() < k; });
}

// Null: there is none.
template <class Entry, class Key>
const Entry* find_entry(const std::vector<Entry>& entries, const Key& key) {
    const auto at = lower_bound_of(entries, key);
    return at != entries.end() && at->key() == key ? &*at : nullptr;
}

// If there is none, `make()` makes it.
template <class Entry, class Key, class Make>
Entry& find_or_insert_entry(std::vector<Entry>& entries, const Key& key, Make make) {
    const auto at = lower_bound_of(entries, key);
    if (at != entries.end() && at->key() == key) return *at;
    return *entries.insert(at, make());
}

// Any entries in any order become what they must be.
template <class Entry>
void normalise_entries(std::vector<Entry>& entries) {
    const auto by_key = [](const Entry& a, const Entry& b) { return a.key() < b.key(); };
    if (!std::is_sorted(entries.begin(), entries.end(), by_key)) {
        std::sort(entries.begin(), entries.end(), by_key);
    }
    std::vector<Entry> merged;
    merged.reserve(entries.size());
    for (Entry& entry : entries) {
        if (merged.empty() || merged.back().key() != entry.key()) {
            merged.push_back(std::move(entry));
        } else {
            GtidIntervals& to = merged.back().intervals;
            to.insert(to.end(), entry.intervals.begin(), entry.intervals.end());
        }
    }
    for (Entry& entry : merged) normalise(entry.intervals);
    std::erase_if(merged, [](const Entry& entry) { return entry.intervals.empty(); });
    entries = std::move(merged);
}

template <class Entry>
void unite_entries(std::vector<Entry>& ours, const std::vector<Entry>& theirs) {
    std::vector<Entry> out;
    out.reserve(ours.size() + theirs.size());
    auto mine = ours.begin();
    for (const Entry& other : theirs) {
        while (mine != ours.end() && mine->key() < other.key()) out.push_back(std::move(*mine++));
        if (mine != ours.end() && mine->key() == other.key()) {
            mine->intervals = union_of(mine->intervals, other.intervals);
            out.push_back(std::move(*mine++));
        } else {
            out.push_back(other);
        }
    }
    std::move(mine, ours.end(), std::back_inserter(out));
    ours = std::move(out);
}

template <class Entry>
void subtract_entries(std::vector<Entry>& ours, const std::vector<Entry>& theirs) {
    for (Entry& entry : ours) {
        const Entry* other = find_entry(theirs, entry.key());
        if (other != nullptr) entry.intervals = difference_of(entry.intervals, other->intervals);
    }
    std::erase_if(ours, [](const Entry& entry) { return entry.intervals.empty(); });
}

template <class Entry>
bool contains_entries(const std::vector<Entry>& ours, const std::vector<Entry>& theirs) {
    return std::all_of(theirs.begin(), theirs.end(), [&](const Entry& other) {
        const Entry* entry = find_entry(ours, other.key());
        return entry != nullptr && contains(entry->intervals, other.intervals);
    });
}

template <class Entry>
std::uint64_t count_of_entries(const std::vector<Entry>& entries) {
    std::uint64_t count = 0;
    for (const Entry& entry : entries) count += count_of(entry.intervals);
    return count;
}

}  // namespace penstock::binlog
