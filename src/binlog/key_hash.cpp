#include "binlog/key_hash.h"

#include <fmt/core.h>
#include <algorithm>
#include <bit>

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

template <class Number>
std::uint64_t load(const std::uint8_t* from) {
    static_assert(std::endian::native == std::endian::little);
    Number value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

std::uint64_t hash_null(std::uint64_t state) {
    return mix(state ^ null_marker, secret_1);
}

std::uint64_t hash_bytes(std::uint64_t state, const std::uint8_t* from, std::size_t count) {
    const std::uint64_t length = count;
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    state ^= secret_0;
    if (count <= 16) {
        if (count >= 8) {
            a = load<std::uint64_t>(from);
            b = load<std::uint64_t>(from + count - 8);
        } else if (count >= 4) {
            a = load<std::uint32_t>(from);
            b = load<std::uint32_t>(from + count - 4);
        } else if (count > 0) {
            a = std::uint64_t{from[0]} << 16 | std::uint64_t{from[count / 2]} << 8 |
                from[count - 1];
        }
    } else {
        for (; count > 16; count -= 16, from += 16) {
            state =
                mix(load<std::uint64_t>(from) ^ secret_1, load<std::uint64_t>(from + 8) ^ state);
        }
        a = load<std::uint64_t>(from + count - 16);
        b = load<std::uint64_t>(from + count - 8);
    }
    const auto product = static_cast<unsigned __int128>(a ^ secret_1) * (b ^ state);
    return mix(static_cast<std::uint64_t>(product) ^ secret_0 ^ length,
               static_cast<std::uint64_t>(product >> 64) ^ secret_1);
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
    for (std::size_t i = 0; i < layout.column_count(); ++i) {
        const RowLayout::Width width = layout.width(i);
        const bool is_key = hashed_bytes_max_[i] != 0;
        if (!is_key && width.prefix_bytes == 0) {
            skip += width.fixed_bytes;
            continue;
        }
        steps_.push_back(
            {skip, width.fixed_bytes, width.prefix_bytes, is_key, hashed_bytes_max_[i]});
        skip = 0;
    }
    tail_bytes_ = skip;
}

bool KeyHasher::run(Bytes rows_at, std::size_t from, KeyedImage& out) const {
    const std::uint8_t* at = rows_at.data() + from;
    const std::uint8_t* const end = rows_at.data() + rows_at.size();
    const auto left = [&] { return static_cast<std::size_t>(end - at); };
    std::uint64_t state = seed_;
    for (const Step& step : steps_) {
        if (left() < std::size_t{step.skip_bytes} + step.prefix_bytes) return false;
        at += step.skip_bytes;
        std::uint64_t bytes = step.value_bytes;
        if (step.prefix_bytes != 0) bytes = load_length(at, step.prefix_bytes);
        at += step.prefix_bytes;
        if (left() < bytes) return false;
        if (step.is_key) {
            state = hash_bytes(state, at, std::min(bytes, step.hashed_bytes_max));
        }
        at += bytes;
    }
    if (left() < tail_bytes_) return false;
    at += tail_bytes_;
    out.image = rows_at.first(static_cast<std::size_t>(at - rows_at.data()));
    out.has_key = true;
    out.key_hash = state;
    return true;
}

bool KeyHasher::walk(const RowLayout& layout, Bytes rows_at, Bytes columns_present,
                     KeyedImage& out) const {
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

Result<KeyedImage> KeyHasher::hash(const RowLayout& layout, Bytes rows_at,
                                   Bytes columns_present) const {
    PENSTOCK_ASSERT(layout.column_count() == hashed_bytes_max_.size());
    const std::size_t null_bytes = layout.null_bytes();
    if (columns_present.size() != null_bytes) return no_rows("another number of columns");
    KeyedImage image;
    const bool is_plain = rows_at.size() >= null_bytes && layout.all_set(columns_present) &&
                          layout.none_set(rows_at.first(null_bytes));
    const bool is_whole =
        is_plain ? run(rows_at, null_bytes, image) : walk(layout, rows_at, columns_present, image);
    if (!is_whole) return no_rows("a value reaches beyond the event");
    return image;
}

Result<KeyedImage> KeyHasher::hash_partial(const RowLayout& layout, Bytes rows_at,
                                           Bytes columns_present) const {
    PENSTOCK_ASSIGN(const std::size_t options, layout.value_options_bytes(rows_at));
    PENSTOCK_ASSIGN(KeyedImage image, hash(layout, rows_at.subspan(options), columns_present));
    image.image = rows_at.first(options + image.image.size());
    if (has_json_) {  // it may be a difference to the before-image's document
        image.has_key = false;
        image.key_hash = 0;
    }
    return image;
}

Result<std::optional<KeyedRow>> KeyCursor::next() {
    if (rest_.empty()) return std::nullopt;
    if (event_.column_count != layout_.column_count()) return no_rows("another number of columns");
    const std::size_t before = rest_.size();
    KeyedRow row;
    if (has_before_image(event_.kind)) {
        PENSTOCK_ASSIGN(row.before, hasher_.hash(layout_, rest_, event_.columns_before));
        rest_ = rest_.subspan(row.before.image.size());
    }
    if (event_.kind == RowsKind::partial_update) {
        PENSTOCK_ASSIGN(row.after, hasher_.hash_partial(layout_, rest_, event_.columns_after));
    } else if (has_after_image(event_.kind)) {
        PENSTOCK_ASSIGN(row.after, hasher_.hash(layout_, rest_, event_.columns_after));
    }
    rest_ = rest_.subspan(row.after.image.size());
    if (rest_.size() == before) return no_rows("images without any column");
    return row;
}

}  // namespace penstock::binlog
