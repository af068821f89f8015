// The numbers of the binary form of JSON documents.
//
// Source: mysql-9.7 sql-common/json_binary.h. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::binlog {

// The first byte of a value.
enum class JsonTag : std::uint8_t {
    small_object = 0,
    large_object = 1,
    small_array = 2,
    large_array = 3,
    literal = 4,
    int16 = 5,
    uint16 = 6,
    int32 = 7,
    uint32 = 8,
    int64 = 9,
    uint64 = 10,
    real = 11,
    string = 12,
    opaque = 15,
};

inline constexpr std::uint8_t json_literal_null = 0;
inline constexpr std::uint8_t json_literal_true = 1;
inline constexpr std::uint8_t json_literal_false = 2;

// An object or array, small or large: how wide the numbers in its header are, in bytes.
struct JsonContainerFormat {
    bool large = false;

    [[nodiscard]] constexpr std::size_t offset_bytes() const { return large ? 4 : 2; }
    [[nodiscard]] constexpr std::size_t name_entry_bytes() const { return offset_bytes() + 2; }
    [[nodiscard]] constexpr std::size_t value_entry_bytes() const { return offset_bytes() + 1; }
};

}  // namespace penstock::binlog
