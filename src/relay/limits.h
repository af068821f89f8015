// Named limits of relay, each with its unit.
#pragma once

#include <cstdint>

namespace penstock::relay {

// Applied segments are removed before their time where less room than this is left, so that capture
// need not pause for what nobody needs; of a small budget it is only this part.
inline constexpr std::uint64_t room_ahead_bytes = 64ULL << 20;
inline constexpr std::uint64_t room_ahead_share_of_budget = 8;

}  // namespace penstock::relay
