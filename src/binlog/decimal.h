// Packed DECIMAL: how rows and JSON documents hold one, and its text.
//
// Groups of nine digits, counted from the point, are four big-endian bytes each; the digits left
// over at both ends take as many bytes as they need. All bits of a negative number are inverted,
// and then the first one of any number. Source: mysql-9.7 strings/decimal.cc, decimal2bin. Pure,
// any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace penstock::binlog {

inline constexpr unsigned decimal_precision_max = 65;  // of a column
// In JSON a computed value may have zeros in front, up to nine groups in all.
inline constexpr unsigned decimal_digits_max = 81;
inline constexpr unsigned decimal_scale_max = 38;  // of MariaDB; MySQL stops at 30

// Digits in all, and how many of them are behind the point.
struct DecimalShape {
    std::uint8_t precision = 0;
    std::uint8_t scale = 0;

    [[nodiscard]] constexpr bool is_sound() const {
        return precision >= 1 && precision <= decimal_digits_max && scale <= precision &&
               scale <= decimal_scale_max;
    }
};

// Of a column's metadata (table_map.h).
[[nodiscard]] constexpr DecimalShape decimal_shape(std::uint16_t metadata) {
    return {static_cast<std::uint8_t>(metadata >> 8), static_cast<std::uint8_t>(metadata)};
}

// Of a sound shape.
[[nodiscard]] std::size_t packed_decimal_bytes(DecimalShape shape);

// Appends "-12.50" as the server prints it: all digits behind the point, no leading zeros. False,
// and nothing appended: the bytes are no such number. A ZEROFILL column's zeros are not in the log.
[[nodiscard]] bool append_decimal(std::string& out, base::Bytes packed, DecimalShape shape);

// The other way: appends the packed form of a number with these digits before and behind the point,
// which are its shape: one digit at least, decimal_digits_max at most.
void append_packed_decimal(std::string& out, std::string_view whole, std::string_view fraction,
                           bool negative);

}  // namespace penstock::binlog
