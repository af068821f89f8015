// Limits of snapshot, each with its unit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace penstock::snapshot {

inline constexpr unsigned connections_max = 64;
inline constexpr std::uint64_t chunk_rows_default = 20'000;
inline constexpr std::uint64_t chunk_rows_max = 1'000'000;
// One destination transaction: it is committed at this size even if the chunk isn't at its end.
inline constexpr std::uint64_t chunk_bytes_default = 16U << 20U;
// One multi-row INSERT; a single row may be longer, up to the destination's max_allowed_packet.
inline constexpr std::size_t statement_bytes_max = 1U << 20U;
// What max_allowed_packet must hold beside the rows of a statement.
inline constexpr std::size_t statement_slack_bytes = 64U << 10U;
static_assert(statement_slack_bytes < statement_bytes_max);

// Parts of one table: enough that connections finish together although keys are unevenly spread.
inline constexpr unsigned parts_per_connection = 4;
inline constexpr unsigned parts_max = 256;
static_assert(connections_max * parts_per_connection <= parts_max);
// A part has at least this many chunks by estimate; smaller tables are one part.
inline constexpr std::uint64_t part_chunks_min = 4;

// Longer ENUM lists in a key are compared in a way that can't use the index.
inline constexpr std::uint32_t enum_elements_listed_max = 1'000;

// Retries without any progress in between; each commit starts the count anew.
inline constexpr unsigned attempts_max = 10;
inline constexpr std::chrono::milliseconds retry_pause_min{200};
inline constexpr std::chrono::milliseconds retry_pause_max{10'000};
static_assert(retry_pause_min < retry_pause_max);

// LOCK TABLES of a table without key waits this long and is then tried again: while it waits, every
// new statement on that table waits behind it.
inline constexpr std::chrono::seconds table_lock_wait{5};
inline constexpr unsigned table_lock_attempts_max = 24;
inline constexpr std::chrono::milliseconds table_lock_pause{5'000};

}  // namespace penstock::snapshot
