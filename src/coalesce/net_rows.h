// NetRows: each row of a group that changed, by its key: the image it had before the group's first
// change and the one that it has now.
//
// A row is found by the hash of its key, and then by the bytes of it. Found again are only rows of
// the same segment (a run of a table's changes that may be coalesced, see coalescer.h). No
// allocation per row: images are in the arena, where a newer image takes an older one's place if it
// fits. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "coalesce/image_arena.h"
#include "coalesce/key_columns.h"

namespace penstock::coalesce {

enum class NetChange : std::uint8_t { nothing, remove, update, write };

struct NetRow {
    std::uint64_t key_hash = 0;
    const std::uint8_t* before_at = nullptr;
    std::uint8_t* after_at = nullptr;
    std::uint32_t before_bytes = 0;  // 0: was not there
    std::uint32_t after_bytes = 0;   // of a row that has gone, the last image that it had
    std::uint32_t after_room = 0;
    std::uint32_t table = 0;
    std::uint32_t segment = 0;
    bool is_present = false;
    // Of the whole group, found at its end.
    NetChange net = NetChange::nothing;
    bool is_split = false;  // an update that must be a removal and a write

    [[nodiscard]] base::Bytes before() const { return {before_at, before_bytes}; }
    [[nodiscard]] base::Bytes after() const { return {after_at, after_bytes}; }
    [[nodiscard]] NetChange change(const ImageShape& shape) const;
};

// What a change says that the changes before it rule out.
enum class Contradiction : std::uint8_t {
    none,
    inserted_twice,
    missing,      // removed, and changed all the same
    other_image,  // the before-image is not what the row became last
};

class NetRows {
public:
    // Whose row a change is of, but for the key's bytes, which are in the images.
    struct Key {
        const ImageShape& shape;
        const KeyColumns& columns;
        std::uint32_t table;
        std::uint32_t segment;
        std::uint64_t hash;
        bool has_logged_cascades = false;  // see TableRules
    };

    explicit NetRows(ImageArena& arena) : arena_(arena) {}

    [[nodiscard]] Contradiction write(const Key& key, base::Bytes after);
    [[nodiscard]] Contradiction remove(const Key& key, base::Bytes before);
    // Both images have this key.
    [[nodiscard]] Contradiction update(const Key& key, base::Bytes before, base::Bytes after);

    // In the order of their first changes.
    [[nodiscard]] std::span<NetRow> rows() { return rows_; }
    [[nodiscard]] std::span<const NetRow> rows() const { return rows_; }
    void clear();

private:
    // `generation` makes clearing cheap: what isn't of the current one is empty.
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t row = 0;
        std::uint32_t generation = 0;
    };
    struct Found {
        NetRow& row;
        bool is_new;
    };

    // The row with the key of `image`, or a new one.
    [[nodiscard]] Found find(const Key& key, base::Bytes image);
    void set_before(NetRow& row, base::Bytes image);
    void set_after(NetRow& row, base::Bytes image);
    void grow();

    ImageArena& arena_;
    std::vector<NetRow> rows_;
    std::vector<Slot> slots_;  // a power of two, more than half of them empty
    std::uint32_t generation_ = 1;
};

}  // namespace penstock::coalesce
