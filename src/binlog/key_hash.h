// KeyHasher: which rows an event changes, as a hash of each row image's key. KeyCursor: walks an
// event and yields every image's bounds with that hash, without building or allocating anything.
//
// For each table map and key, once, a program is compiled: skip so many bytes, hash a value, and
// so on up to the last key column, from where it hops to the image's end (one skip where all
// values behind are of fixed width). Images with NULLs or without some columns are walked column
// by column.
//
// The hash is of the key columns' bytes as they are stored, each with its length, in the order of
// the table's columns; a NULL hashes as NULL, which no value does. So the same bytes have the same
// hash in any event, and other bytes have another one but for chance (64 bits): whoever must be
// certain compares the bytes. It is stable in a process, not between versions. What a collation
// takes for the same key ('a' and 'A', trailing spaces) has different bytes: telling which columns
// are safe is the business of whoever gives the key.
//
// Immutable once compiled: any number of threads may use one. Views are borrowed from the event.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "binlog/row_layout.h"

namespace penstock::binlog {

struct KeyedImage {
    Bytes image;           // as in RowImages; empty: its kind of event doesn't have one
    bool has_key = false;  // false, too, if a column of the key is absent or partial
    std::uint64_t key_hash = 0;
};

struct KeyedRow {
    KeyedImage before;
    KeyedImage after;
};

class KeyHasher {
public:
    // `key` in any order, such as OptionalMetadata::primary_key. Of a part with a prefix, at most
    // that many bytes are hashed, so that what is the same key has the same hash. Different seeds
    // give different hashes: one for each table, where those of several are held together.
    // Error: no column, or one that the layout does not have.
    [[nodiscard]] static Result<KeyHasher> compile(const RowLayout& layout,
                                                   std::span<const KeyPart> key,
                                                   std::uint64_t seed = 0);

private:
    // Skip `skip_bytes`, then hash a value of `value_bytes`, or of what its prefix says.
    struct Step {
        std::uint32_t skip_bytes = 0;
        std::uint16_t value_bytes = 0;
        std::uint8_t prefix_bytes = 0;
        std::uint64_t hashed_bytes_max = 0;  // 0: pass it over
    };
    // Behind the last column of the key: skip `skip_bytes`, then a value with a prefix.
    struct Hop {
        std::uint32_t skip_bytes = 0;
        std::uint8_t prefix_bytes = 0;
    };

    friend class KeyCursor;

    void compile_steps(const RowLayout& layout);
    // Hashes an image; false if a value reaches beyond the bytes. `is_full`: it has all columns.
    [[nodiscard]] bool find(const RowLayout& layout, Bytes rows_at, Bytes columns_present,
                            bool is_full, KeyedImage& out) const;
    [[nodiscard]] bool run(Bytes rows_at, std::size_t from, KeyedImage& out) const;
    [[nodiscard]] bool walk(const RowLayout& layout, Bytes rows_at, Bytes columns_present,
                            KeyedImage& out) const;

    std::uint64_t seed_ = 0;
    std::vector<Step> steps_;
    std::vector<Hop> hops_;
    std::uint32_t tail_bytes_ = 0;                 // behind the last hop
    std::vector<std::uint64_t> hashed_bytes_max_;  // by column; 0: not of the key
    bool has_json_ = false;
};

class KeyCursor {
public:
    // All must outlive the cursor; the hasher must be compiled from this layout.
    KeyCursor(const RowLayout& layout, const KeyHasher& hasher, const RowsEvent& event);

    // The next row, nullopt after the last one, or an error if the bytes are no rows.
    [[nodiscard]] Result<std::optional<KeyedRow>> next();

private:
    [[nodiscard]] bool take(KeyedRow& row);
    [[nodiscard]] bool take_partial(KeyedImage& after);

    const RowLayout& layout_;
    const KeyHasher& hasher_;
    const RowsEvent& event_;
    Bytes rest_;
    bool is_of_layout_ = false;  // the event, by its column counts
    bool before_is_full_ = false;
    bool after_is_full_ = false;
};

}  // namespace penstock::binlog
