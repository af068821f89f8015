// Named limits of apply, each with its unit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace penstock::apply {

// Pieces (BINLOG statements) that wait between the grouping and the writing thread. Each is at most
// about group_bytes * 4/3 long, but for a single event that is larger.
inline constexpr std::size_t pieces_waiting_max = 4;
// Row layouts kept, one per table definition; beyond it they are compiled anew.
inline constexpr std::size_t layouts_max = 10'000;
// One transaction payload, uncompressed. Larger ones stop the task.
inline constexpr std::uint64_t payload_bytes_max = std::uint64_t{1} << 30;
// Pauses between tries after a transient error of the destination.
inline constexpr std::chrono::milliseconds retry_pause_first{100};
inline constexpr std::chrono::milliseconds retry_pause_max{10'000};
// How long the grouping thread waits for more while the writer is busy, per look.
inline constexpr std::chrono::milliseconds idle_poll{1};

}  // namespace penstock::apply
