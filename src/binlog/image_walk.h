// ImageWalk: the skip program of row images that have all columns. It goes from stop to stop and
// over all that is between two of them at once.
//
// Stops are the columns that a walk is wanted for and those whose width isn't fixed, as what is
// behind them moves. For images without a NULL, which most are, a program of steps is compiled.
// In others the NULLs are stops, too: the columns' places in an image without anything in front of
// them that moves them are known, and how far they are moved is counted.
//
// Immutable once compiled: any number of threads may use one.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace penstock::binlog {

// How a value is measured: fixed_bytes, or what the prefix says.
struct ColumnWidth {
    std::uint8_t prefix_bytes;  // 0: fixed
    std::uint16_t fixed_bytes;
};

// A length prefix of 1 to 4 bytes; most are of one or two.
[[nodiscard]] inline std::uint64_t load_length(const std::uint8_t* from, std::size_t prefix_bytes) {
    if (prefix_bytes == 1) return from[0];
    if (prefix_bytes == 2) return base::load_le<std::uint16_t>(from);
    return base::load_le(from, prefix_bytes);
}

class ImageWalk {
public:
    ImageWalk() = default;
    // `wanted`, columns in any order, are visited.
    ImageWalk(std::span<const ColumnWidth> widths, std::span<const std::size_t> wanted);

    // Calls visitor(column, is_null, content) for each wanted column in turn, and returns the
    // length in bytes of the image that `rows_at` starts with; nullopt if a value reaches beyond.
    template <class Visitor>
    [[nodiscard]] std::optional<std::size_t> visit(base::Bytes rows_at, Visitor& visitor) const;

    // The bytes of null bits in front of the values.
    [[nodiscard]] std::size_t null_bytes() const { return null_bytes_; }
    // Whether every column has its bit set in these null_bytes(); what is behind the last column's
    // doesn't count (old servers set it).
    [[nodiscard]] bool all_set(base::Bytes bits) const;

private:
    // What to do at a value. Most are passed over, with a prefix of one byte or of two.
    enum class Act : std::uint8_t { pass_1, pass_2, pass_longer, visit_fixed, visit_prefixed };
    // What is between the last stop's end and the value, and what is of fixed width at the value:
    // its prefix or all of it.
    struct Step {
        std::uint32_t bytes;
        std::uint32_t column;
        std::uint16_t value_bytes;  // of `bytes`
        Act act;
    };
    [[nodiscard]] static Act act_of(ColumnWidth width, bool is_wanted);
    // Where a value starts behind the null bits if those before it are all there and those of
    // them without a fixed width have no byte.
    struct Place {
        std::uint32_t at;
        std::uint16_t fixed_bytes;
        std::uint8_t prefix_bytes;
        bool is_wanted;
    };

    [[nodiscard]] bool none_set(base::Bytes rows_at) const;
    [[nodiscard]] std::uint64_t null_bits(const std::uint8_t* bits, std::size_t word) const;
    template <class Visitor>
    [[nodiscard]] std::uint64_t visit_steps(base::Bytes rows_at, Visitor& visitor) const;
    template <class Visitor>
    [[nodiscard, gnu::noinline]] std::uint64_t visit_stops(base::Bytes rows_at,
                                                           Visitor& visitor) const;

    std::size_t null_bytes_ = 0;
    std::size_t whole_bytes_ = 0;  // of null bits that are all used
    std::uint8_t last_bits_ = 0;   // of the byte behind them; 0: there is none
    std::uint64_t word_bits_ = 0;  // all null bits in one word; 0: they don't fit
    std::vector<Step> steps_;
    std::uint32_t tail_bytes_ = 0;      // behind the last step
    std::vector<std::uint64_t> stops_;  // a bit per column
    std::vector<Place> places_;         // one more than columns: the end
};

inline bool ImageWalk::all_set(base::Bytes bits) const {
    for (std::size_t i = 0; i < whole_bytes_; ++i) {
        if (bits[i] != 0xFF) return false;
    }
    return last_bits_ == 0 || (bits[whole_bytes_] & last_bits_) == last_bits_;
}

inline bool ImageWalk::none_set(base::Bytes rows_at) const {
    const std::uint8_t* const bits = rows_at.data();
    if (word_bits_ != 0 && rows_at.size() >= sizeof word_bits_) {
        return (base::load_le<std::uint64_t>(bits) & word_bits_) == 0;
    }
    for (std::size_t i = 0; i < whole_bytes_; ++i) {
        if (bits[i] != 0) return false;
    }
    return last_bits_ == 0 || (bits[whole_bytes_] & last_bits_) == 0;
}

// Those of 64 columns, without what is behind the last column's.
inline std::uint64_t ImageWalk::null_bits(const std::uint8_t* bits, std::size_t word) const {
    const std::size_t columns = places_.size() - 1 - word * 64;
    if (columns >= 64) return base::load_le<std::uint64_t>(bits + word * 8);
    return base::load_le(bits + word * 8, (columns + 7) / 8) & ((std::uint64_t{1} << columns) - 1);
}

template <class Visitor>
inline std::optional<std::size_t> ImageWalk::visit(base::Bytes rows_at, Visitor& visitor) const {
    if (rows_at.size() < null_bytes_) return std::nullopt;
    std::uint64_t bytes = 0;
    if (none_set(rows_at)) {
        bytes = visit_steps(rows_at, visitor);
    } else {
        // Only a copy gives its address away: what the visitor itself holds may stay in registers.
        Visitor copy = visitor;
        bytes = visit_stops(rows_at, copy);
        visitor = copy;
    }
    if (bytes > rows_at.size()) return std::nullopt;
    return bytes;
}

// These return what the image would have, which may be more than there is; nothing beyond is read.

template <class Visitor>
inline std::uint64_t ImageWalk::visit_steps(base::Bytes rows_at, Visitor& visitor) const {
    const std::uint8_t* const rows = rows_at.data();
    std::uint64_t at = null_bytes_;
    for (const Step& step : steps_) {
        at += step.bytes;
        if (at > rows_at.size()) return at;
        if (step.act == Act::pass_2) {
            at += base::load_le<std::uint16_t>(rows + at - 2);
        } else if (step.act == Act::pass_1) {
            at += rows[at - 1];
        } else if (step.act == Act::visit_fixed) {
            visitor(step.column, false,
                    base::Bytes(rows + at - step.value_bytes, step.value_bytes));
        } else {
            const std::uint64_t begin = at;
            at += load_length(rows + at - step.value_bytes, step.value_bytes);
            if (step.act == Act::pass_longer) continue;
            if (at > rows_at.size()) return at;
            visitor(step.column, false, base::Bytes(rows + begin, at - begin));
        }
    }
    return at + tail_bytes_;
}

template <class Visitor>
std::uint64_t ImageWalk::visit_stops(base::Bytes rows_at, Visitor& visitor) const {
    const std::uint8_t* const rows = rows_at.data();
    // What is between a value and its place. It may be less than nothing: unsigned numbers wrap,
    // and back again when a place is added, as no more can be NULL than stands before it.
    std::uint64_t moved = null_bytes_;
    for (std::size_t word = 0; word < stops_.size(); ++word) {
        const std::uint64_t nulls = null_bits(rows, word);
        for (std::uint64_t left = stops_[word] | nulls; left != 0; left &= left - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(left));
            const std::size_t column = word * 64 + bit;
            const Place place = places_[column];
            if ((nulls >> bit & 1) != 0) {
                moved -= place.fixed_bytes;
                if (place.is_wanted) visitor(column, true, base::Bytes());
                continue;
            }
            std::uint64_t at = place.at + moved + place.prefix_bytes;
            std::uint64_t bytes = place.fixed_bytes;
            if (at > rows_at.size()) return at;
            if (place.prefix_bytes != 0) {
                bytes = load_length(rows + at - place.prefix_bytes, place.prefix_bytes);
                moved += place.prefix_bytes + bytes;
            }
            if (!place.is_wanted) continue;
            if (at + bytes > rows_at.size()) return at + bytes;
            visitor(column, false, base::Bytes(rows + at, bytes));
        }
    }
    return places_.back().at + moved;
}

}  // namespace penstock::binlog
