#include "binlog/key_hash.h"

#include <fmt/core.h>
#include <algorithm>

#include "base/assert.h"
#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

// Method: Wang Yi's wyhash (final version 4, public domain): products of 64 bits whose halves are
// added without carry. Short and good for keys, which are of 4 to 40 bytes.
constexpr std::uint64_t secret_0 = 0xA0761D6478BD642F;
constexpr std::uint64_t secret_1 = 0xE7037ED1A0B428DB;
constexpr std::uint64_t null_marker = 0x8EBC6AF09C88C6E3;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_null(std::uint64_t state) {
    return mix(state ^ null_marker, secret_1);
}

std::uint64_t finish_hash(std::uint64_t state, std::uint64_t a, std::uint64_t b,
                          std::uint64_t length) {
    const auto product = static_cast<unsigned __int128>(a ^ secret_1) * (b ^ state);
    return mix(static_cast<std::uint64_t>(product) ^ secret_0 ^ length,
               static_cast<std::uint64_t>(product >> 64) ^ secret_1);
}

[[gnu::noinline]] std::uint64_t hash_long(std::uint64_t state, const std::uint8_t* from,
                                          std::size_t count) {
    const std::uint64_t length = count;
    for (; count > 16; count -= 16, from += 16) {
        state = mix(base::load_le<std::uint64_t>(from) ^ secret_1,
                    base::load_le<std::uint64_t>(from + 8) ^ state);
    }
    return finish_hash(state, base::load_le<std::uint64_t>(from + count - 16),
                       base::load_le<std::uint64_t>(from + count - 8), length);
}

inline std::uint64_t hash_bytes(std::uint64_t state, const std::uint8_t* from, std::size_t count) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    state ^= secret_0;
    if (count > 16) return hash_long(state, from, count);
    if (count >= 8) {
        a = base::load_le<std::uint64_t>(from);
        b = base::load_le<std::uint64_t>(from + count - 8);
    } else if (count >= 4) {
        a = base::load_le<std::uint32_t>(from);
        b = base::load_le<std::uint32_t>(from + count - 4);
    } else if (count > 0) {
        a = std::uint64_t{from[0]} << 16 | std::uint64_t{from[count / 2]} << 8 | from[count - 1];
    }
    return finish_hash(state, a, b, count);
}

// Hashes the columns of a key that it is shown.
struct KeyVisitor {
    const std::uint64_t* hashed_bytes_max;
    std::uint64_t state;

    void operator()(std::size_t column, bool is_null, Bytes content) {
        if (is_null) {
            state = hash_null(state);
        } else {
            const std::uint64_t bytes_max = hashed_bytes_max[column];
            state = hash_bytes(state, content.data(),
                               std::min<std::uint64_t>(content.size(), bytes_max));
        }
    }
};

// Kept out of the way of what goes well.
[[gnu::noinline, gnu::cold]] Result<bool> refuse(std::string_view reason) {
    return no_rows(reason);
}

}  // namespace

Result<KeyHasher> KeyHasher::compile(const RowLayout& layout, std::span<const KeyPart> key,
                                     std::uint64_t seed) {
    if (key.empty()) return fail(ErrorKind::definite, error_key, "a key without a column");
    KeyHasher hasher;
    hasher.seed_ = seed;
    std::vector<std::size_t> columns;
    hasher.hashed_bytes_max_.resize(layout.column_count());
    for (const KeyPart& part : key) {
        if (part.column >= layout.column_count()) {
            return fail(ErrorKind::definite, error_key,
                        fmt::format("the key has column {}, its table has {} columns",
                                    part.column + 1, layout.column_count()));
        }
        columns.push_back(part.column);
        // A character has a byte or more: the first N bytes are part of the first N characters.
        hasher.hashed_bytes_max_[part.column] =
            part.prefix_characters == 0 ? UINT64_MAX : part.prefix_characters;
        if (layout.columns()[part.column].type == ColumnType::json) hasher.has_json_ = true;
    }
    hasher.walk_ = ImageWalk(layout.widths(), columns);
    return hasher;
}

inline bool KeyHasher::find(Bytes rows_at, KeyedImage& out) const {
    KeyVisitor visitor{hashed_bytes_max_.data(), seed_};
    const auto bytes = walk_.visit(rows_at, visitor);
    if (!bytes) return false;
    out = {rows_at.first(*bytes), true, visitor.state};
    return true;
}

// Kept out of the way of the other one.
[[gnu::noinline]] bool KeyHasher::find(const RowLayout& layout, Bytes rows_at,
                                       Bytes columns_present, KeyedImage& out) const {
    KeyVisitor visitor{hashed_bytes_max_.data(), seed_};
    bool has_key = true;
    const auto hash_key = [&](std::size_t column, const ColumnValue& value) {
        if (hashed_bytes_max_[column] == 0) return;
        if (!value.present)
            has_key = false;
        else
            visitor(column, value.null, value.content());
    };
    const auto bytes = layout.visit_values(rows_at, columns_present, hash_key);
    if (!bytes) return false;
    out = {rows_at.first(*bytes), has_key, has_key ? visitor.state : 0};
    return true;
}

Result<bool> KeyCursor::take_row() {
    const std::size_t before = rest_.size();
    if (!is_of_layout_) return refuse("another number of columns");
    if (!take()) return refuse("a value reaches beyond the event");
    if (rest_.size() == before) return refuse("images without any column");
    return true;
}

inline bool KeyCursor::find(Bytes rows_at, Bytes columns_present, bool is_full,
                            KeyedImage& out) const {
    return is_full ? hasher_.find(rows_at, out)
                   : hasher_.find(layout_, rows_at, columns_present, out);
}

inline bool KeyCursor::take() {
    if (has_before_image(event_.kind)) {
        if (!find(rest_, event_.columns_before, before_is_full_, row_.before)) return false;
        rest_ = rest_.subspan(row_.before.image.size());
    }
    if (!has_after_image(event_.kind)) return true;
    if (event_.kind == RowsKind::partial_update
            ? !take_partial()
            : !find(rest_, event_.columns_after, after_is_full_, row_.after)) {
        return false;
    }
    rest_ = rest_.subspan(row_.after.image.size());
    return true;
}

// Value options, then an image.
bool KeyCursor::take_partial() {
    const auto options = layout_.value_options_bytes(rest_);
    if (!options) return false;
    if (!find(rest_.subspan(*options), event_.columns_after, after_is_full_, row_.after)) {
        return false;
    }
    row_.after.image = rest_.first(*options + row_.after.image.size());
    if (hasher_.has_json_) {  // a document may be its difference to the before-image's
        row_.after.has_key = false;
        row_.after.key_hash = 0;
    }
    return true;
}

}  // namespace penstock::binlog
