// Schema migration 1 and 2 of a running task, and where the task's snapshot begins.
//
// One thread, the coordinator's. Each may be interrupted anywhere and be called again.
#pragma once

#include <stop_token>

#include "penstock/result.h"
#include "task/live_task.h"

namespace penstock::task {

// Reads the source's catalogue with the GTID set it belongs to, the start set, and remembers both
// in the destination together with the first checkpoint and the held events; once per task.
[[nodiscard]] Result<void> fix_start(LiveTask& task);

[[nodiscard]] Result<void> run_schema_migration_1(LiveTask& task, const std::stop_token& stop);
[[nodiscard]] Result<void> run_schema_migration_2(LiveTask& task, const std::stop_token& stop);

}  // namespace penstock::task
