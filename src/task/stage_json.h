// The stages' numbers for programs: one line of `penstock run --stats`, and the part of a task's
// status that says the same of the last seconds. Pure.
//
// A line is an object (version 1). Counts are of the time since the line before, `seconds`; shares
// (0 to 1) and the bottleneck are explained in stage_flow.h. Parts are null before they have begun.
//
//   { "version": 1, "task": "demo", "at": "2026-01-31T12:00:00.000Z", "seconds": 1.0,
//     "state": "running", "modules": ["incremental_capture", "incremental_write"],   that run now
//     "capture": { "seconds": 1.0,          that it ran
//                  "bytes": 0, "events": 0, "bytes_rate": 0.0, "events_rate": 0.0,    a second
//                  "busy": 0.1, "awaiting_source": 0.8, "awaiting_disk": 0.1, "paused": 0.0,
//                  "unflushed_bytes": 0 },  received, and not durable yet, now
//     "relay": { "groups": 0, "bytes": 0,   made durable, a group by one write and fdatasync
//                "group_bytes_mean": 0.0,
//                "group_seconds": { "p50": 0.0, "p99": 0.0, "max": 0.0 } },   null: there was none
//     "grouping": { "busy": 0.2, "starved": 0.1, "blocked": 0.7,
//                   "awaiting_decoding": 0.0 },     of compressed transactions, by workers
//     "queue": { "pieces": 0, "bytes": 0 }, between grouping and writing, now
//     "writing": { "mode": "grouped", "seconds": 1.0, "units": 0, "transactions": 0, "rows": 0,
//                  "rows_written": 0, "rows_kept_in_order": 0,     of mode merged
//                  "coalescing_ratio": null,     rows for one written
//                  "statement_bytes": 0, "retries": 0,
//                  "units_rate": 0.0, "transactions_rate": 0.0, "rows_rate": 0.0,
//                  "statement_bytes_rate": 0.0,
//                  "transactions_per_unit": 0.0, "rows_per_unit": 0.0, "bytes_per_unit": 0.0,
//                  "in_flight": 3, "in_flight_mean": 2.4, "pipeline_depth": 32,
//                  "busy": 0.1, "starved": 0.0, "awaiting_destination": 0.9,
//                  "commit_seconds": { "p50": 0.002, "p99": 0.01, "max": 0.02 } },
//     "lag": null | as in a task's status, with the bytes that wait in the relay log,
//     "bottleneck": null | "source" | "capture" | "relay" | "grouping" | "writing" | "destination",
//     "total": { "bytes_captured": 0, "units": 0, "transactions": 0, "rows": 0 } }    of this run
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "task/progress.h"

namespace penstock::task {

// `flow` is that of the `seconds` before `status` was taken.
[[nodiscard]] std::string to_stats_line(const TaskStatus& status, const StageFlow& flow,
                                        double seconds);

// "capture" to "writing" and "bottleneck" of it, with what is so now from `counters`.
[[nodiscard]] nlohmann::ordered_json stages_json(const StageCounters& counters,
                                                 const StageFlow& flow);
// As in a task's status.
[[nodiscard]] nlohmann::ordered_json lag_json(const std::optional<LagProgress>& lag);
// Three decimals are enough for people and stable for programs.
[[nodiscard]] double rounded(double value);
// Six: commits of a millisecond need more.
[[nodiscard]] double rounded_finely(double value);

}  // namespace penstock::task
