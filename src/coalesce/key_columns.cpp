#include "coalesce/key_columns.h"

#include <algorithm>

#include "base/assert.h"

namespace penstock::coalesce {
namespace {

struct CollectedKey {
    std::vector<base::Bytes>* parts;
    void operator()(std::size_t, bool is_null, base::Bytes content) {
        // A NULL has no bytes at all, an empty text is somewhere.
        parts->push_back(is_null ? base::Bytes() : content);
    }
};

struct ComparedKey {
    const std::vector<base::Bytes>* parts;
    std::size_t next = 0;
    bool same = true;

    void operator()(std::size_t, bool is_null, base::Bytes content) {
        const base::Bytes other = (*parts)[next++];
        if (is_null != (other.data() == nullptr) || !std::ranges::equal(content, other)) {
            same = false;
        }
    }
};

struct AppendedKey {
    std::string* out;
    void operator()(std::size_t, bool, base::Bytes content) {
        base::ByteWriter(*out).le(content.size(), 4).bytes(content);
    }
};

}  // namespace

ImageShape::ImageShape(const binlog::RowLayout& layout)
    : null_bytes_(layout.null_bytes()),
      last_bits_(static_cast<std::uint8_t>(
          layout.column_count() % 8 == 0 ? 0xFFU : (1U << layout.column_count() % 8) - 1)) {}

bool ImageShape::same_but_spare_bits(base::Bytes a, base::Bytes b) const {
    if (last_bits_ == 0xFF) return false;
    const std::size_t last = null_bytes_ - 1;
    return std::memcmp(a.data(), b.data(), last) == 0 && ((a[last] ^ b[last]) & last_bits_) == 0 &&
           std::memcmp(a.data() + null_bytes_, b.data() + null_bytes_, a.size() - null_bytes_) == 0;
}

KeyColumns::KeyColumns(const binlog::RowLayout& layout, std::span<const std::size_t> columns)
    : walk_(layout.widths(), columns) {
    PENSTOCK_ASSERT(!columns.empty());
    const std::size_t end = std::ranges::max(columns) + 1;
    PENSTOCK_ASSERT(end <= layout.column_count());
    std::vector<bool> of_key(end);
    for (const std::size_t column : columns) of_key[column] = true;
    key_bits_ = null_bits(of_key);
    moving_bits_ = null_bits(std::vector<bool>(end, true));

    std::size_t at = layout.null_bytes();
    for (std::size_t column = 0; column < end; ++column) {
        const auto [prefix_bytes, fixed_bytes] = layout.widths()[column];
        if (prefix_bytes != 0) {
            places_.clear();
            return;
        }
        if (of_key[column]) places_.push_back({at, fixed_bytes});
        at += fixed_bytes;
    }
}

std::vector<KeyColumns::NullBits> KeyColumns::null_bits(const std::vector<bool>& columns) {
    std::vector<NullBits> bits;
    for (std::size_t column = 0; column < columns.size(); ++column) {
        if (!columns[column]) continue;
        if (bits.empty() || bits.back().byte != column / 8) bits.push_back({column / 8, 0});
        bits.back().bits = static_cast<std::uint8_t>(bits.back().bits | 1U << column % 8);
    }
    return bits;
}

bool KeyColumns::same(base::Bytes a, base::Bytes b) const {
    if (is_in_place(a) && is_in_place(b)) {
        return std::ranges::all_of(places_, [&](const Place& place) {
            return std::memcmp(a.data() + place.at, b.data() + place.at, place.bytes) == 0;
        });
    }
    thread_local std::vector<base::Bytes> parts;
    parts.clear();
    CollectedKey collected{&parts};
    PENSTOCK_ASSERT(walk_.visit(a, collected).has_value());
    ComparedKey compared{&parts};
    PENSTOCK_ASSERT(walk_.visit(b, compared).has_value());
    return compared.same;
}

void KeyColumns::append(base::Bytes image, std::string& out) const {
    AppendedKey appended{&out};
    PENSTOCK_ASSERT(walk_.visit(image, appended).has_value());
}

}  // namespace penstock::coalesce
