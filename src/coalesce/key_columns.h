// KeyColumns: the columns of a key in row images that have all columns: compared, and as bytes.
// ImageShape: whole images compared.
//
// Images must have been measured by the same layout. Immutable once made; any thread.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "binlog/row_layout.h"

namespace penstock::coalesce {

class ImageShape {
public:
    explicit ImageShape(const binlog::RowLayout& layout);

    // All but the null bits behind the last column's, which servers set or clear as they like.
    [[nodiscard]] bool same(base::Bytes a, base::Bytes b) const {
        if (a.size() != b.size()) return false;
        return std::memcmp(a.data(), b.data(), a.size()) == 0 || same_but_spare_bits(a, b);
    }

private:
    [[nodiscard]] bool same_but_spare_bits(base::Bytes a, base::Bytes b) const;

    std::size_t null_bytes_;
    std::uint8_t last_bits_;  // that count, of the last byte of null bits
};

class KeyColumns {
public:
    // The layout must have these columns.
    KeyColumns(const binlog::RowLayout& layout, std::span<const std::size_t> columns);

    [[nodiscard]] bool has_null(base::Bytes image) const { return any_set(key_bits_, image); }
    // NULLs are the same here.
    [[nodiscard]] bool same(base::Bytes a, base::Bytes b) const;
    // Appends the key's bytes, so that different keys have different ones; there must be no NULL.
    void append(base::Bytes image, std::string& out) const;

private:
    // Null bits of an image.
    struct NullBits {
        std::size_t byte;
        std::uint8_t bits;
    };
    // Of a column in an image that has no NULL up to the key's last column.
    struct Place {
        std::size_t at;
        std::size_t bytes;
    };

    [[nodiscard]] static std::vector<NullBits> null_bits(const std::vector<bool>& columns);
    [[nodiscard]] static bool any_set(const std::vector<NullBits>& bits, base::Bytes image) {
        for (const NullBits& in : bits) {
            if ((image[in.byte] & in.bits) != 0) return true;
        }
        return false;
    }
    [[nodiscard]] bool is_in_place(base::Bytes image) const {
        return !places_.empty() && !any_set(moving_bits_, image);
    }

    binlog::ImageWalk walk_;
    std::vector<NullBits> key_bits_;     // of the key's columns
    std::vector<NullBits> moving_bits_;  // of those and all before them
    std::vector<Place> places_;          // none: a column in front has no fixed width
};

}  // namespace penstock::coalesce
