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

}  // namespace penstock::relay
