// IncrementalPhase: incremental write and schema migration 3. Applies the stream, measures the lag,
// and lets the event gate be released when that is asked for.
//
// One thread calls run(); the applier and a release under way have threads of their own, which end
// before run() returns.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "apply/applier.h"
#include "mysql/connection.h"
#include "penstock/gtid_set.h"
#include "penstock/result.h"
#include "task/coordinator.h"
#include "task/gate_phase.h"
#include "task/live_task.h"

namespace penstock::task {

class IncrementalPhase {
public:
    IncrementalPhase(LiveTask& task, Until until);

    // Ends when `until` is reached, or with the first error; kind cancelled when stopped.
    [[nodiscard]] Result<void> run(const std::stop_token& stop);

private:
    [[nodiscard]] Result<apply::Overlap> overlap();
    [[nodiscard]] Result<void> follow(apply::Applier& applier, const std::stop_token& stop);
    [[nodiscard]] Result<void> check(const apply::Applier& applier);
    [[nodiscard]] Result<bool> reached(GatePhase& gate) const;
    [[nodiscard]] Result<void> finish_files(const apply::Applier& applier);
    void measure_lag(const apply::Applier& applier);
    void purge_relay(const apply::Applier& applier);
    [[nodiscard]] std::optional<GtidSet> executed_on_source();
    void show(const apply::Applier& applier, TaskProgress& progress);

    LiveTask& task_;
    const Until until_;
    std::optional<mysql::Connection> source_;  // for the lag; opened again after a failure
    std::chrono::steady_clock::time_point measured_at_;
    std::chrono::steady_clock::time_point purged_at_;
    std::chrono::steady_clock::time_point last_caught_up_;
    LagProgress lag_;              // as last measured; until then far from zero
    bool files_complete_ = false;  // the source's files are read to their end
    std::atomic<std::uint64_t> lag_transactions_{0};
    std::atomic<bool> caught_up_{false};
    std::chrono::steady_clock::time_point begun_;  // to apply
};

}  // namespace penstock::task
