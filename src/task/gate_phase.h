// GatePhase: schema migration 3 of a running task. Watches the gate's row in the destination, where
// other processes ask for the release, asks by itself if the task says so, and carries the release
// out on a thread of its own, so that applying and reporting go on meanwhile.
//
// step() is called by one thread, now and then; show() and is_open() by any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "apply/applier.h"
#include "gate/gate_row.h"
#include "gate/release.h"
#include "penstock/result.h"
#include "task/live_task.h"

namespace penstock::task {

class GatePhase {
public:
    GatePhase(LiveTask& task, const apply::Applier& applier);
    ~GatePhase();  // withdraws a release under way, unless events are enabled already
    GatePhase(const GatePhase&) = delete;
    GatePhase& operator=(const GatePhase&) = delete;

    // Looks at the gate, at most a few times a second, and starts what is due: a release that was
    // asked for begins when the lag is near zero, one that was interrupted goes on at once.
    [[nodiscard]] Result<void> step(const LagProgress& lag);
    [[nodiscard]] bool is_open() const { return open_.load(); }
    void show(TaskProgress& progress);

private:
    [[nodiscard]] Result<void> request_by_itself(const gate::GateRow& row, bool caught_up);
    [[nodiscard]] Result<void> look(const gate::GateRow& row);
    void release(const std::stop_token& stop);
    [[nodiscard]] Result<gate::ReleaseReport> release_once(const std::stop_token& stop);

    LiveTask& task_;
    const apply::Applier& applier_;
    std::chrono::steady_clock::time_point looked_at_;
    std::chrono::steady_clock::time_point ask_again_at_;  // after a withdrawal
    std::string request_tried_;                           // when the last release was asked for
    bool begun_ = false;                                  // schema migration 3 shows as running
    std::atomic<bool> open_{false};
    std::atomic<bool> releasing_{false};

    std::mutex mutex_;
    // Guarded by mutex_.
    GateProgress shown_;
    std::string step_note_;
    std::optional<Error> release_error_;
    std::chrono::steady_clock::time_point release_again_at_;  // after an error that will not pass

    std::jthread thread_;
};

// The same for a task without incremental write, as the last part of schema migration 2.
[[nodiscard]] Result<void> release_scheduled_events_now(LiveTask& task,
                                                        const std::stop_token& stop);

}  // namespace penstock::task
