#include "coalesce/net_rows.h"

#include <cstring>

namespace penstock::coalesce {
namespace {

constexpr std::size_t slots_first = 1024;

// An image of the row, whether it is there or not: all of them have its key.
base::Bytes any_image(const NetRow& row) {
    return row.after_bytes != 0 ? row.after() : row.before();
}

bool fits(const NetRows::Key& key, const NetRow& row, base::Bytes before) {
    return key.has_logged_cascades || key.shape.same(row.after(), before);
}

}  // namespace

NetChange NetRow::change(const ImageShape& shape) const {
    const bool was_present = before_bytes != 0;
    if (!is_present) return was_present ? NetChange::remove : NetChange::nothing;
    if (!was_present) return NetChange::write;
    return shape.same(before(), after()) ? NetChange::nothing : NetChange::update;
}

Contradiction NetRows::write(const Key& key, base::Bytes after) {
    const auto [row, is_new] = find(key, after);
    if (row.is_present) return Contradiction::inserted_twice;
    set_after(row, after);
    row.is_present = true;
    return Contradiction::none;
}

Contradiction NetRows::remove(const Key& key, base::Bytes before) {
    const auto [row, is_new] = find(key, before);
    if (is_new) {
        set_before(row, before);
        return Contradiction::none;
    }
    if (!row.is_present) {
        return key.has_logged_cascades ? Contradiction::none : Contradiction::missing;
    }
    if (!fits(key, row, before)) return Contradiction::other_image;
    row.is_present = false;
    return Contradiction::none;
}

Contradiction NetRows::update(const Key& key, base::Bytes before, base::Bytes after) {
    const auto [row, is_new] = find(key, before);
    if (is_new) {
        set_before(row, before);
        row.is_present = true;
    } else if (!row.is_present) {
        return Contradiction::missing;
    } else if (!fits(key, row, before)) {
        return Contradiction::other_image;
    }
    set_after(row, after);
    return Contradiction::none;
}

NetRows::Found NetRows::find(const Key& key, base::Bytes image) {
    if (rows_.size() * 2 >= slots_.size()) grow();
    Slot* free = nullptr;
    for (std::size_t at = key.hash;; ++at) {
        Slot& slot = slots_[at & (slots_.size() - 1)];
        if (slot.generation != generation_) {
            if (free == nullptr) free = &slot;
            break;
        }
        if (slot.hash != key.hash) continue;
        NetRow& row = rows_[slot.row];
        if (row.table != key.table) continue;
        if (row.segment == key.segment) {
            const base::Bytes known = any_image(row);
            const bool is_it = key.shape.same(known, image) || key.columns.same(known, image);
            if (is_it) return {row, false};
        } else if (free == nullptr) {
            free = &slot;  // a table has one segment at a time: the older ones' rows are done
        }
    }
    *free = {key.hash, static_cast<std::uint32_t>(rows_.size()), generation_};
    NetRow& row = rows_.emplace_back();
    row.key_hash = key.hash;
    row.table = key.table;
    row.segment = key.segment;
    return {row, true};
}

void NetRows::set_before(NetRow& row, base::Bytes image) {
    row.before_at = arena_.copy(image);
    row.before_bytes = static_cast<std::uint32_t>(image.size());
}

void NetRows::set_after(NetRow& row, base::Bytes image) {
    if (image.size() <= row.after_room) {
        std::memcpy(row.after_at, image.data(), image.size());
    } else {
        row.after_at = arena_.copy(image);
        row.after_room = static_cast<std::uint32_t>(image.size());
    }
    row.after_bytes = static_cast<std::uint32_t>(image.size());
}

void NetRows::grow() {
    std::vector<Slot> old(slots_.empty() ? slots_first : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
        if (slot.generation != generation_) continue;
        std::size_t at = slot.hash & (slots_.size() - 1);
        while (slots_[at].generation == generation_) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = slot;
    }
}

void NetRows::clear() {
    rows_.clear();
    if (++generation_ == 0) {
        slots_.assign(slots_.size(), {});
        generation_ = 1;
    }
}

}  // namespace penstock::coalesce
