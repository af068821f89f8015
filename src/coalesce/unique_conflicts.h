// UniqueConflicts: which updates of a step must become a removal and a write, because one takes a
// value of a unique key that another one gives up, and the order inside a step is free.
//
// Of two such updates one must be split: a removal comes before all updates, a write after them. So
// what is wanted is a vertex cover of the pairs. It is the smallest for chains, swaps and rings and
// whatever else a single unique key can bring; with several keys it may be a little larger. Where
// bytes don't decide what is the same value, any update that changes the key may take what another
// one gives up: then all takers are split, unless there is but one row.
//
// Buffers are reused. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coalesce/net_rows.h"

namespace penstock::coalesce {

class UniqueConflicts {
public:
    struct Key {
        KeyColumns columns;
        bool bytes_decide;
        bool nulls_are_apart = true;
    };

    // `row` is an update of a table with these keys.
    void add(const NetRow& row, std::uint32_t row_index, std::span<const Key> keys);
    // Sets is_split in those of `rows` that were added; the number of them.
    [[nodiscard]] std::size_t resolve(std::span<NetRow> rows);

private:
    // A value of a key that a row has before (given) or after (taken) its update: in bytes_, after
    // the segment and the key's number.
    struct Claim {
        std::size_t at;
        std::size_t bytes;
        std::uint32_t row;
        bool bytes_decide;
    };
    using Pair = std::pair<std::uint32_t, std::uint32_t>;

    void claim(std::vector<Claim>& claims, base::Bytes image, const NetRow& row,
               std::uint32_t row_index, const Key& key, std::size_t key_number);
    [[nodiscard]] std::string_view value(const Claim& claim) const {
        return std::string_view(bytes_).substr(claim.at, claim.bytes);
    }
    void find_pairs(std::span<NetRow> rows);
    void cover_pairs(std::span<NetRow> rows);
    void split(std::uint32_t row, std::span<NetRow> rows);
    [[nodiscard]] std::span<const Pair> pairs_of(std::uint32_t row) const;

    std::string bytes_;
    std::vector<Claim> given_;
    std::vector<Claim> taken_;
    std::vector<Pair> pairs_;          // of rows, both ways, sorted
    std::vector<std::uint32_t> ends_;  // rows that may have a single pair left
    std::size_t splits_ = 0;
};

}  // namespace penstock::coalesce
