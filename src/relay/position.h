// Position: a place in the source's binlog, and so in the relay log, whose segments are the
// source's files byte for byte. Pure, any thread.
//
// Files are ordered by the number after the last dot, not by text: binlog.999999 is followed by
// binlog.1000000. `offset` is a byte offset in 64 bits; the 32 bits of an event header wrap in
// files above 4 GiB and are never used as an offset.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::relay {

// The number of a binlog file name such as "binlog.000042"; nullopt if it is not such a name.
[[nodiscard]] std::optional<std::uint64_t> file_number(std::string_view file);
// "binlog" of "binlog.000042".
[[nodiscard]] std::string_view file_base(std::string_view file);

struct Position {
    std::string file;  // empty: before everything
    std::uint64_t offset = 0;

    [[nodiscard]] bool empty() const { return file.empty(); }
    [[nodiscard]] std::string to_string() const;  // "binlog.000042:1234"

    friend bool operator==(const Position&, const Position&) = default;
    friend std::strong_ordering operator<=>(const Position& a, const Position& b);
};

}  // namespace penstock::relay
