// KeyHasher: which rows an event changes, as a hash of each row image's key. KeyCursor: walks an
// event and yields every image's bounds with that hash, without building or allocating anything.
//
// Images with all columns are walked by an ImageWalk that stops at the key's columns, others
// column by column.
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
#include <span>
#include <vector>

#include "base/assert.h"
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
    friend class KeyCursor;

    // Hash an image with all columns, or any; false if a value reaches beyond the bytes.
    [[nodiscard]] bool find(Bytes rows_at, KeyedImage& out) const;
    [[nodiscard]] bool find(const RowLayout& layout, Bytes rows_at, Bytes columns_present,
                            KeyedImage& out) const;

    std::uint64_t seed_ = 0;
    ImageWalk walk_;
    std::vector<std::uint64_t> hashed_bytes_max_;  // by column; 0: not of the key
    bool has_json_ = false;
};

class KeyCursor {
public:
    // All must outlive the cursor; the hasher must be compiled from this layout.
    KeyCursor(const RowLayout& layout, const KeyHasher& hasher, const RowsEvent& event)
        : layout_(layout), hasher_(hasher), event_(event), rest_(event.rows) {
        PENSTOCK_ASSERT(layout.column_count() == hasher.hashed_bytes_max_.size());
        const bool has_before = has_before_image(event.kind);
        const bool has_after = has_after_image(event.kind);
        is_of_layout_ = event.column_count == layout.column_count() &&
                        (!has_before || event.columns_before.size() == layout.null_bytes()) &&
                        (!has_after || event.columns_after.size() == layout.null_bytes());
        if (!is_of_layout_) return;
        before_is_full_ = has_before && layout.all_set(event.columns_before);
        after_is_full_ = has_after && layout.all_set(event.columns_after);
    }

    // Goes to the next row; false after the last one. Error: the bytes are no rows.
    [[nodiscard]] Result<bool> next() {
        if (rest_.empty()) return false;
        return take_row();
    }
    [[nodiscard]] const KeyedRow& row() const { return row_; }

private:
    [[nodiscard]] Result<bool> take_row();
    [[nodiscard]] bool take();
    [[nodiscard]] bool take_partial();
    [[nodiscard]] bool find(Bytes rows_at, Bytes columns_present, bool is_full,
                            KeyedImage& out) const;

    const RowLayout& layout_;
    const KeyHasher& hasher_;
    const RowsEvent& event_;
    Bytes rest_;
    KeyedRow row_;
    bool is_of_layout_ = false;  // the event, by its column counts
    bool before_is_full_ = false;
    bool after_is_full_ = false;
};

}  // namespace penstock::binlog
