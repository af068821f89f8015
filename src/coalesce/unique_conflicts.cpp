#include "coalesce/unique_conflicts.h"

#include <algorithm>

namespace penstock::coalesce {

void UniqueConflicts::add(const NetRow& row, std::uint32_t row_index, std::span<const Key> keys) {
    for (std::size_t number = 0; number < keys.size(); ++number) {
        const Key& key = keys[number];
        if (key.columns.same(row.before(), row.after())) continue;
        claim(given_, row.before(), row, row_index, key, number);
        claim(taken_, row.after(), row, row_index, key, number);
    }
}

void UniqueConflicts::claim(std::vector<Claim>& claims, base::Bytes image, const NetRow& row,
                            std::uint32_t row_index, const Key& key, std::size_t key_number) {
    if (key.nulls_are_apart && key.columns.has_null(image)) return;  // never equal
    const std::size_t at = bytes_.size();
    base::ByteWriter(bytes_).le(row.segment, 4).le(key_number, 4);
    if (key.bytes_decide) key.columns.append(image, bytes_);
    claims.push_back({at, bytes_.size() - at, row_index, key.bytes_decide});
}

std::size_t UniqueConflicts::resolve(std::span<NetRow> rows) {
    splits_ = 0;
    find_pairs(rows);
    cover_pairs(rows);
    bytes_.clear();
    given_.clear();
    taken_.clear();
    return splits_;
}

void UniqueConflicts::find_pairs(std::span<NetRow> rows) {
    pairs_.clear();
    const auto by_value = [&](const Claim& a, const Claim& b) { return value(a) < value(b); };
    std::ranges::sort(given_, by_value);
    for (const Claim& taken : taken_) {
        const auto [first, last] = std::equal_range(given_.begin(), given_.end(), taken, by_value);
        const auto giver =
            std::find_if(first, last, [&](const Claim& given) { return given.row != taken.row; });
        if (giver == last) continue;
        if (!taken.bytes_decide) {
            split(taken.row, rows);
        } else {  // the only one: no two rows had this value
            pairs_.emplace_back(taken.row, giver->row);
            pairs_.emplace_back(giver->row, taken.row);
        }
    }
    std::ranges::sort(pairs_);
}

// The other row of a row's only pair is always a right choice. Where no row has a single pair,
// there are rings, and any row of one will do.
void UniqueConflicts::cover_pairs(std::span<NetRow> rows) {
    const auto open_pair = [&](std::uint32_t row) -> const Pair* {  // the only one
        const Pair* only = nullptr;
        if (rows[row].is_split) return nullptr;
        for (const Pair& pair : pairs_of(row)) {
            if (rows[pair.second].is_split) continue;
            if (only != nullptr && only->second != pair.second) return nullptr;
            only = &pair;
        }
        return only;
    };
    const auto split_next_to_ends = [&] {
        while (!ends_.empty()) {
            const Pair* const only = open_pair(ends_.back());
            ends_.pop_back();
            if (only == nullptr) continue;
            split(only->second, rows);
            for (const Pair& pair : pairs_of(only->second)) ends_.push_back(pair.second);
        }
    };
    for (const Pair& pair : pairs_) ends_.push_back(pair.first);
    split_next_to_ends();
    for (const Pair& pair : pairs_) {
        if (rows[pair.first].is_split || rows[pair.second].is_split) continue;
        split(pair.first, rows);
        for (const Pair& next : pairs_of(pair.first)) ends_.push_back(next.second);
        split_next_to_ends();
    }
}

void UniqueConflicts::split(std::uint32_t row, std::span<NetRow> rows) {
    if (rows[row].is_split) return;
    rows[row].is_split = true;
    ++splits_;
}

std::span<const UniqueConflicts::Pair> UniqueConflicts::pairs_of(std::uint32_t row) const {
    return {std::ranges::lower_bound(pairs_, row, {}, &Pair::first),
            std::ranges::upper_bound(pairs_, row, {}, &Pair::first)};
}

}  // namespace penstock::coalesce
