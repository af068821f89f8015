// Full migration of a running task, and where the overlap of copy and stream ends.
#pragma once

#include <stop_token>

#include "penstock/result.h"
#include "task/live_task.h"

namespace penstock::task {

// One thread, the coordinator's. May be interrupted anywhere and be called again.
[[nodiscard]] Result<void> run_full_migration(LiveTask& task, const std::stop_token& stop);

}  // namespace penstock::task
