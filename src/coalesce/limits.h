// Named limits of coalesce, each with its unit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::coalesce {

// When is_full() says so, unless the caller asks otherwise. The row images that a group keeps:
inline constexpr std::size_t group_bytes_default = 32 * 1024 * 1024;
// and its rows, each counted once however often it changes.
inline constexpr std::size_t group_rows_default = 64 * 1024;
// A group, full or not, takes no more rows (they are numbered in 32 bits, and so are runs, of which
// a row may begin three).
inline constexpr std::size_t group_rows_max = std::size_t{1} << 30;

// Images are kept in blocks of this size, but for larger images.
inline constexpr std::size_t arena_block_bytes = 256 * 1024;
// What is kept for the next group of blocks and larger images.
inline constexpr std::size_t arena_idle_bytes_max = 2 * group_bytes_default;

static_assert(arena_block_bytes < group_bytes_default);
static_assert(group_rows_default < group_rows_max);
static_assert(3 * group_rows_max < UINT32_MAX);

}  // namespace penstock::coalesce
