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

tl::unexpected<Error> no_rows(std::string_view reason) {
    return fail(ErrorKind::corrupt, error_malformed_event,
                fmt::format("row images contradict their table map: {}", reason));
}

}  // namespace

Result<KeyHasher> KeyHasher::compile(const RowLayout& layout, std::span<const KeyPart> key,
                                     std::uint64_t seed) {
    if (key.empty()) return fail(ErrorKind::definite, error_key, "a key without a column");
    KeyHasher hasher;
    hasher.seed_ = seed;
    hasher.hashed_bytes_max_.resize(layout.column_count());
    for (const KeyPart& part : key) {
        if (part.column >= layout.column_count()) {
            return fail(ErrorKind::definite, error_key,
                        fmt::format("the key has column {}, its table has {} columns",
                                    part.column + 1, layout.column_count()));
        }
        // A character has a byte or more: the first N bytes are part of the first N characters.
        hasher.hashed_bytes_max_[part.column] =
            part.prefix_characters == 0 ? UINT64_MAX : part.prefix_characters;
        if (layout.columns()[part.column].type == ColumnType::json) hasher.has_json_ = true;
    }
    hasher.compile_steps(layout);
    return hasher;
}

void KeyHasher::compile_steps(const RowLayout& layout) {
    std::uint32_t skip = 0;
    std::vector<Hop> hops;  // since the last key column
    for (std::size_t i = 0; i < layout.column_count(); ++i) {
        const RowLayout::Width width = layout.width(i);
        if (hashed_bytes_max_[i] != 0) {
            for (const Hop& hop : hops) steps_.push_back({hop.skip_bytes, 0, hop.prefix_bytes, 0});
            hops.clear();
            steps_.push_back({skip, width.fixed_bytes, width.prefix_bytes, hashed_bytes_max_[i]});
        } else if (width.prefix_bytes != 0) {
            hops.push_back({skip, width.prefix_bytes});
        } else {
            skip += width.fixed_bytes;
            continue;
        }
        skip = 0;
    }
    hops_ = std::move(hops);
    tail_bytes_ = skip;
}

inline bool KeyHasher::run(Bytes rows_at, std::size_t from, KeyedImage& out) const {
    const std::uint8_t* at = rows_at.data() + from;
    std::size_t left = rows_at.size() - from;
    std::uint64_t state = seed_;
    for (const Step& step : steps_) {
        const std::size_t before_value = std::size_t{step.skip_bytes} + step.prefix_bytes;
        if (left < before_value) return false;
        std::uint64_t bytes = step.value_bytes;
        if (step.prefix_bytes != 0) bytes = load_length(at + step.skip_bytes, step.prefix_bytes);
        at += before_value;
        left -= before_value;
        if (left < bytes) return false;
        if (step.hashed_bytes_max != 0) {
            state = hash_bytes(state, at, std::min(bytes, step.hashed_bytes_max));
        }
        at += bytes;
        left -= bytes;
    }
    for (const Hop& hop : hops_) {
        std::uint64_t bytes = std::uint64_t{hop.skip_bytes} + hop.prefix_bytes;
        if (left < bytes) return false;
        bytes += load_length(at + hop.skip_bytes, hop.prefix_bytes);
        if (left < bytes) return false;
        at += bytes;
        left -= bytes;
    }
    if (left < tail_bytes_) return false;
    out.image = rows_at.first(rows_at.size() - left + tail_bytes_);
    out.has_key = true;
    out.key_hash = state;
    return true;
}

// Kept out of the way of run().
[[gnu::noinline]] bool KeyHasher::walk(const RowLayout& layout, Bytes rows_at,
                                       Bytes columns_present, KeyedImage& out) const {
    std::uint64_t state = seed_;
    out.has_key = true;
    const auto hash_key = [&](std::size_t column, const ColumnValue& value) {
        if (hashed_bytes_max_[column] == 0) return;
        if (!value.present) {
            out.has_key = false;
        } else if (value.null) {
            state = hash_null(state);
        } else {
            const Bytes content = value.content();
            state = hash_bytes(state, content.data(),
                               std::min<std::uint64_t>(content.size(), hashed_bytes_max_[column]));
        }
    };
    const auto bytes = layout.visit_values(rows_at, columns_present, hash_key);
    if (!bytes) return false;
    out.image = rows_at.first(*bytes);
    out.key_hash = out.has_key ? state : 0;
    return true;
}

inline bool KeyHasher::find(const RowLayout& layout, Bytes rows_at, Bytes columns_present,
                            bool is_full, KeyedImage& out) const {
    const std::size_t null_bytes = layout.null_bytes();
    if (is_full && rows_at.size() >= null_bytes && layout.none_set(rows_at.first(null_bytes))) {
        return run(rows_at, null_bytes, out);
    }
    return walk(layout, rows_at, columns_present, out);
}

KeyCursor::KeyCursor(const RowLayout& layout, const KeyHasher& hasher, const RowsEvent& event)
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

// Fills its only result in place: a copy of what was just stored has to wait for the stores.
Result<std::optional<KeyedRow>> KeyCursor::next() {
    Result<std::optional<KeyedRow>> row;
    if (rest_.empty()) return row;
    const std::size_t before = rest_.size();
    if (!is_of_layout_) {
        row = no_rows("another number of columns");
    } else if (!take(row->emplace())) {
        row = no_rows("a value reaches beyond the event");
    } else if (rest_.size() == before) {
        row = no_rows("images without any column");
    }
    return row;
}

inline bool KeyCursor::take(KeyedRow& row) {
    if (has_before_image(event_.kind)) {
        if (!hasher_.find(layout_, rest_, event_.columns_before, before_is_full_, row.before)) {
            return false;
        }
        rest_ = rest_.subspan(row.before.image.size());
    }
    if (!has_after_image(event_.kind)) return true;
    const bool found =
        event_.kind == RowsKind::partial_update
            ? take_partial(row.after)
            : hasher_.find(layout_, rest_, event_.columns_after, after_is_full_, row.after);
    if (found) rest_ = rest_.subspan(row.after.image.size());
    return found;
}

// Value options, then an image.
bool KeyCursor::take_partial(KeyedImage& after) {
    const auto options = layout_.value_options_bytes(rest_);
    if (!options) return false;
    if (!hasher_.find(layout_, rest_.subspan(*options), event_.columns_after, after_is_full_,
                      after)) {
        return false;
    }
    after.image = rest_.first(*options + after.image.size());
    if (hasher_.has_json_) {  // a document may be its difference to the before-image's
        after.has_key = false;
        after.key_hash = 0;
    }
    return true;
}

}  // namespace penstock::binlog
