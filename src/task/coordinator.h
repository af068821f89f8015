// Coordinator: runs a task's modules in their order, in this process, until it is told to stop or
// has reached what it was asked for.
//
// A transient error, such as a lost connection, is waited out with growing pauses: everything is
// opened anew and the modules go on where they were. Only the precheck, which comes first, takes a
// server that can't be reached for an answer.
//
// Everything it must remember is in the destination, so that the same task may be run again after
// any interruption, here or elsewhere: modules that are done are passed over, the others go on
// where they were. One thread calls run(); the progress may be looked at by any.
#pragma once

#include <stop_token>

#include "penstock/result.h"
#include "task/progress.h"
#include "task/spec.h"

namespace penstock::task {

enum class Until {
    stopped,          // run on until stopped, or until a task that has an end is done: one without
                      // incremental part, or from binlog files that are not followed
    caught_up,        // the destination contains what the source had executed a moment before
    events_migrated,  // the event gate is open
};

struct RunOptions {
    Until until = Until::stopped;
};

class Coordinator {
public:
    // `progress` must outlive it.
    Coordinator(TaskSpec spec, RunOptions options, TaskProgress& progress);

    // Error of kind cancelled: stopped at a safe point, as asked. Any other error is also in the
    // progress and in the task's row.
    [[nodiscard]] Result<void> run(std::stop_token stop);

private:
    [[nodiscard]] Result<void> run_precheck_module(const std::stop_token& stop);
    [[nodiscard]] Result<void> run_until_settled(const std::stop_token& stop);
    [[nodiscard]] Result<void> attempt(const std::stop_token& stop);

    const TaskSpec spec_;  // its destination's connections carry the task's name
    const RunOptions options_;
    TaskProgress& progress_;
};

}  // namespace penstock::task
