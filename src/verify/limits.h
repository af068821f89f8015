// Limits of verify, each with its unit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::verify {

inline constexpr unsigned connections_max = 64;
inline constexpr std::uint64_t chunk_rows_default = 20'000;
inline constexpr std::uint64_t chunk_rows_max = 1'000'000;
inline constexpr std::uint32_t differences_per_table_default = 10;

// A differing key range in which the destination has more rows than this many chunks is walked
// again in chunks of the destination's rows, so that no side's keys overflow memory.
inline constexpr std::uint64_t destination_chunks_max = 2;
// Differing rows of one range that are each looked at by key; if there are more, the range is read
// again as a whole, and those beyond are only counted.
inline constexpr std::size_t inspected_keys_max = 1'000;

// Distinct rows of a table without key that are held at a time, each side.
inline constexpr std::uint64_t distinct_rows_max = 200'000;

// A transient error restarts a part of a table this often.
inline constexpr unsigned attempts_max = 5;

// Values and rows shown in a report.
inline constexpr std::size_t value_shown_bytes_max = 64;
inline constexpr std::size_t row_shown_bytes_max = 500;

}  // namespace penstock::verify
