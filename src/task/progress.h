// TaskProgress: what a running task shows of itself, and TaskStatus, a copy of it at one moment.
//
// The coordinator and its workers write into a TaskProgress from any thread; displays, `--json` and
// the status column of penstock.task take snapshots from any thread. Writers hold one short lock:
// call once per chunk or group, not per row. Rates are measured over the last seconds by
// snapshot(); whoever takes snapshots does so about once a second.
//
// to_json(TaskStatus) is the one rendering for programs. Schema (version 1; times are RFC 3339 UTC
// or null, durations seconds, sizes bytes):
//
//   { "version": 1, "task": "demo", "kind": "migration", "at": "2026-01-31T12:00:00.000Z",
//     "state": "running",                      running | stopped | failed | done
//     "error": null | { "code": "PST-1234", "kind": "definite", "text": "...", "remedy": "..." },
//     "modules": [                             always seven, in order
//       { "id": "full_migration", "title": "full migration",
//         "state": "running",                  waiting | running | done | failed | skipped |
//         stopped "started": "...", "finished": null, "seconds": 12.3, "done": 250000, "total":
//         300000, "unit": "rows",      total 0: not known "rate": 81234.5, units a second: now
//         while running, mean when over "bytes": 12345678, "eta_seconds": 0.6 | null, "note":
//         "shop.orders" } ],
//     "lag": null | { "transactions": 0, "seconds": 0.0, "bytes": 0, "caught_up": true },
//     "apply": null | { "mode": "grouped", "pipeline_depth": 32, "in_flight": 3,
//                       "in_flight_mean": 2.4, "in_flight_max": 4,
//                       "batches_decoded_ahead": 0, "units": 0, "transactions": 0,
//                       "rows": 0,                             changed on the source
//                       "rows_written": 0,                     what they came to
//                       "rows_kept_in_order": 0,               of mode merged
//                       "statement_bytes": 0,                  since this run began to apply
//                       "commit_seconds_mean": 0.003, "commit_seconds_max": 0.021,
//                       "retries": 0,
//                       "units_rate": 0.0, "transactions_rate": 0.0, "rows_rate": 0.0,
//                       "statement_bytes_rate": 0.0 },         a second, over the last seconds
//     "relay": null | { "bytes": 0, "segments": 1,
//                       "free_bytes": 0,         until capture pauses
//                       "paused_seconds": 0.0, "purged_bytes": 0, "purged_segments": 0,
//                       "fed_from_memory_bytes": 0, "fed_from_disk_bytes": 0 },
//     "stages": { "capture": ..., "relay": ..., "grouping": ..., "queue": ..., "writing": ...,
//                 "bottleneck": ... },         of the last seconds: see stage_json.h
//     "gate": null | { "state": "holding", "held": 8, "released": 0, "skipped": 0, "failed": 0,
//                      "requested_by": null, "released_at": null, "lag_at_release": null,
//                      "note": "",
//                      "events": [ { "name": "shop.tick", "state": "held", "status": "ENABLED",
//                                    "note": "" } ] },
//     "totals": { "rows_copied": 0, "bytes_copied": 0, "transactions_applied": 0,
//                 "rows_applied": 0, "bytes_captured": 0, "ddl_applied": 0 } }
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/result.h"
#include "task/stage_flow.h"

namespace penstock::task {

using WallTime = std::chrono::system_clock::time_point;

enum class ModuleId : std::uint8_t {
    precheck,
    incremental_capture,
    schema_migration_1,
    full_migration,
    schema_migration_2,
    incremental_write,
    schema_migration_3,
};
inline constexpr std::size_t module_count = 7;
[[nodiscard]] const char* to_string(ModuleId id);  // "full_migration"
[[nodiscard]] const char* title(ModuleId id);      // "full migration"

enum class ModuleState : std::uint8_t {
    waiting,
    running,
    done,
    failed,
    skipped,
    stopped,  // was running when the task stopped: goes on at the next run
};
[[nodiscard]] const char* to_string(ModuleState state);
[[nodiscard]] std::optional<ModuleState> module_state(std::string_view text);

enum class TaskState : std::uint8_t { running, stopped, failed, done };
[[nodiscard]] const char* to_string(TaskState state);

struct ModuleProgress {
    ModuleState state = ModuleState::waiting;
    std::optional<WallTime> started;
    std::optional<WallTime> finished;
    std::uint64_t done = 0;
    std::uint64_t total = 0;  // 0: not known
    std::string unit;         // "rows", "objects", "transactions", "bytes", "checks"
    double rate = 0;          // units a second; filled by snapshot()
    std::uint64_t bytes = 0;
    std::string note;  // what it is doing just now
    [[nodiscard]] double seconds(WallTime now) const;
    [[nodiscard]] std::optional<double> eta_seconds() const;
};

struct LagProgress {
    std::uint64_t transactions = 0;
    double seconds = 0;
    std::uint64_t bytes = 0;
    bool caught_up = false;
};

// The relay log now, and what happened to it in this run.
struct RelayProgress {
    std::uint64_t bytes = 0;
    std::uint64_t segments = 0;
    std::uint64_t free_bytes = 0;  // until capture pauses, by budget or disk
    double paused_seconds = 0;     // of capture, for want of room
    std::uint64_t purged_bytes = 0;
    std::uint64_t purged_segments = 0;
    std::uint64_t fed_from_memory_bytes = 0;  // to readers
    std::uint64_t fed_from_disk_bytes = 0;
};

struct ScheduledEventProgress {
    std::string name;    // "database.event"
    std::string state;   // the gate's word: held, ready, released, skipped_expired, ...
    std::string status;  // wanted on the destination: ENABLED, DISABLED
    std::string note;
};

struct GateProgress {
    std::string state;  // holding, armed, fencing, draining, proving, releasing, open, failed
    std::string requested_by;
    std::optional<WallTime> released_at;
    std::optional<std::uint64_t> lag_at_release;  // transactions
    std::string note;
    std::vector<ScheduledEventProgress> events;
    [[nodiscard]] std::size_t count(std::string_view event_state) const;
};

struct Totals {
    std::uint64_t rows_copied = 0;
    std::uint64_t bytes_copied = 0;
    std::uint64_t transactions_applied = 0;
    std::uint64_t rows_applied = 0;
    std::uint64_t bytes_captured = 0;
    std::uint64_t ddl_applied = 0;
};

// A task at one moment: a value.
struct TaskStatus {
    std::string task;
    std::string kind;
    WallTime at;
    TaskState state = TaskState::running;
    std::optional<Error> error;
    std::array<ModuleProgress, module_count> modules;
    std::optional<LagProgress> lag;
    StageCounters stages;  // of this run
    StageFlow flow;        // of the last seconds; filled by snapshot()
    std::optional<RelayProgress> relay;
    std::optional<GateProgress> gate;
    Totals totals;

    [[nodiscard]] const ModuleProgress& module(ModuleId id) const {
        return modules[static_cast<std::size_t>(id)];
    }
};

[[nodiscard]] std::string to_json(const TaskStatus& status, bool pretty = false);
// The modules alone, as the array above, and back. For the store.
[[nodiscard]] std::string modules_to_json(const TaskStatus& status);
[[nodiscard]] Result<std::array<ModuleProgress, module_count>> modules_from_json(
    std::string_view text);
// RFC 3339 UTC with milliseconds.
[[nodiscard]] std::string to_rfc3339(WallTime time);
[[nodiscard]] std::optional<WallTime> from_rfc3339(std::string_view text);

class TaskProgress {
public:
    explicit TaskProgress(std::string task, std::string kind = "migration");

    // Modules. begin() on a module that ran before keeps its first start time.
    void begin(ModuleId id, std::string_view unit, std::uint64_t total = 0);
    void set(ModuleId id, std::uint64_t done, std::uint64_t total);
    void set_done(ModuleId id, std::uint64_t done);
    void add(ModuleId id, std::uint64_t done, std::uint64_t bytes = 0);
    void set_bytes(ModuleId id, std::uint64_t bytes);
    void set_note(ModuleId id, std::string note);
    void finish(ModuleId id, ModuleState state = ModuleState::done);
    // What an earlier run of the task left: state, times and counts.
    void restore(ModuleId id, const ModuleProgress& module);

    void set_lag(const LagProgress& lag);
    void set_capture(const CaptureCounters& capture);
    void set_apply(const ApplyCounters& apply);
    void set_relay(const RelayProgress& relay);
    void set_gate(GateProgress gate);
    void set_totals(const Totals& totals);
    void set_state(TaskState state);
    void set_error(const Error& error);  // also sets the state to failed

    [[nodiscard]] TaskStatus snapshot() const;
    [[nodiscard]] TaskStatus snapshot(WallTime now) const;  // for tests

private:
    void stop_running_modules();  // under mutex_
    struct Sample {
        WallTime at;
        std::uint64_t done = 0;
    };
    [[nodiscard]] ModuleProgress& at(ModuleId id) {
        return status_.modules[static_cast<std::size_t>(id)];
    }
    // Takes a sample and answers the rate; with mutex_ held.
    [[nodiscard]] double measure(std::size_t index, WallTime now) const;

    mutable std::mutex mutex_;
    // Guarded by mutex_:
    TaskStatus status_;
    mutable std::array<std::vector<Sample>, module_count> samples_;  // last seconds, oldest first
    AllOf<CaptureCounters> captures_;
    AllOf<ApplyCounters> appliers_;
    mutable StageWindow stage_window_;
};

}  // namespace penstock::task
