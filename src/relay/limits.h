// Named limits of relay, each with its unit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::relay {

// Applied segments are removed before their time where less room than this is left, so that capture
// need not pause for what nobody needs; of a small budget it is only this part.
inline constexpr std::uint64_t room_ahead_bytes = 64ULL << 20;
inline constexpr std::uint64_t room_ahead_share_of_budget = 8;

// What the Writer fills and writes at a time at most, and how many of those stay in memory for
// Readers that have caught up: 16 MiB. A Reader may hold one more each.
inline constexpr std::size_t chunk_bytes = 4UL << 20;
inline constexpr std::size_t recent_chunks_max = 4;
static_assert(recent_chunks_max > 2);  // one is filled while one is written
// Chunks whose memory is kept for the next ones: those, and two that Readers still hold. 24 MiB.
inline constexpr std::size_t kept_chunks = recent_chunks_max + 2;

// Writes past the page cache begin and end at a multiple of this.
inline constexpr std::size_t block_bytes = 4096;
static_assert(chunk_bytes % block_bytes == 0);
// What there must be at least to be written past the page cache: as much comes together only when
// the source sends faster than the disk answers, from its history. Less than this is what readers
// that are a little behind will want from the cache.
inline constexpr std::size_t direct_bytes_min = 512UL << 10;
static_assert(direct_bytes_min >= 2 * block_bytes && direct_bytes_min < chunk_bytes);

}  // namespace penstock::relay
