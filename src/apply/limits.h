// Named limits of apply, each with its unit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "coalesce/limits.h"
#include "mysql/limits.h"

namespace penstock::apply {

// A unit is closed at group_bytes; only a transaction that is itself larger is cut into statements,
// of this many times group_bytes and, at most, one rows event of the source.
inline constexpr std::uint64_t statement_factor = 4;
// Pieces (BINLOG statements) that wait between the grouping and the writing thread, and their
// bytes: a piece is at most about group_bytes * 16/3 long, but for a single event that is larger.
inline constexpr std::size_t pieces_waiting_max = 256;
inline constexpr std::size_t piece_bytes_waiting_max = std::size_t{8} * 1024 * 1024;
// A unit is closed at the boundary of a source transaction that passes this many rows,
inline constexpr std::uint64_t unit_rows_max = 20'000;
// or this long after its first transaction was read, whatever waits behind it.
inline constexpr std::chrono::milliseconds unit_age_max{20};
// In mode merged a unit is closed when it keeps so many rows, each counted once, or group_bytes of
// their images; in the middle of a transaction at twice of that the rows leave as a part of it;
inline constexpr std::size_t merged_rows_max = coalesce::group_rows_default;
// and a unit is closed so long after its first transaction, as merging pays with size. When nothing
// waits behind it, it is closed before that.
inline constexpr std::chrono::milliseconds merged_unit_age_max{200};
// While fewer pieces than this are under way, nothing is kept waiting for more: one is with the
// server, one is there when that is done.
inline constexpr std::size_t pieces_under_way_enough = 2;
// Numbers of units passed over when a connection begins, so that none of its predecessor's units in
// flight can find the checkpoint any more.
inline constexpr std::uint64_t units_in_flight_max = mysql::pipeline_depth_max;
// Row layouts kept, one per table definition; beyond it they are compiled anew.
inline constexpr std::size_t layouts_max = 10'000;
// Events that one worker decodes at a time, in bytes as they lie in the relay log, but for a single
// larger one. Fewer than the second number are not worth handing over.
inline constexpr std::size_t batch_bytes_max = std::size_t{256} * 1024;
inline constexpr std::size_t batch_bytes_handed_over_min = std::size_t{16} * 1024;
// What the compressed transactions of a batch may come to when they are expanded ahead. Those that
// don't fit are expanded event by event.
inline constexpr std::size_t payload_bytes_ahead_max = std::size_t{4} * 1024 * 1024;
// Batches under way for each worker, and for all: one that is decoded, one that waits for it, and
// those that are done but stand behind one that isn't.
inline constexpr std::size_t batches_per_worker = 2;
inline constexpr std::size_t decode_workers_max = 16;
// One transaction payload, uncompressed. Larger ones stop the task.
inline constexpr std::uint64_t payload_bytes_max = std::uint64_t{1} << 30;
// Pauses between tries after a transient error of the destination.
inline constexpr std::chrono::milliseconds retry_pause_first{100};
inline constexpr std::chrono::milliseconds retry_pause_max{10'000};
// Of the grouping thread, while it waits for DDL to be executed.
inline constexpr std::chrono::milliseconds settled_poll{100};
// How long the grouping thread waits before it looks whether there is more.
inline constexpr std::chrono::milliseconds idle_poll{1};

}  // namespace penstock::apply
