#include "task/coordinator.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "task/errors.h"
#include "task/full_phase.h"
#include "task/gate_phase.h"
#include "task/incremental_phase.h"
#include "task/live_task.h"
#include "task/precheck.h"
#include "task/schema_phase.h"

namespace penstock::task {
namespace {

constexpr std::chrono::milliseconds retry_pause_first{500};
constexpr std::chrono::milliseconds retry_pause_max{10'000};

using Phase = Result<void> (*)(LiveTask&, const std::stop_token&);

// Runs a module unless it is done already, or not chosen.
Result<void> run_module(LiveTask& task, ModuleId id, bool chosen, Phase phase,
                        const std::stop_token& stop) {
    if (task.is_done(id)) return {};
    if (!chosen) return task.finish(id, ModuleState::skipped);
    base::log_info("task", "{} begins", title(id));
    PENSTOCK_TRY(task.check_capture());
    PENSTOCK_TRY(phase(task, stop));
    PENSTOCK_TRY(task.finish(id));
    base::log_info("task", "{} is done", title(id));
    return {};
}

// The task's own connections may have been ended by the new owner.
Result<void> explain_by_fence(const LiveTask& task, Result<void> failed) {
    auto connection = mysql::Connection::open(task.spec().destination);
    if (!connection) return failed;
    Result<void> owned = task.check_fence(*connection);
    return !owned && owned.error().code == error_fenced ? owned : failed;
}

// Without incremental write there is nothing to wait for: events are migrated with the rest.
Result<void> run_schema_migration_2_with_events(LiveTask& task, const std::stop_token& stop) {
    PENSTOCK_TRY(run_schema_migration_2(task, stop));
    if (!task.spec().migrate_events) return {};
    return release_scheduled_events_now(task, stop);
}

Result<void> run_modules(LiveTask& task, Until until, const std::stop_token& stop) {
    const ModuleChoice& chosen = task.spec().modules;
    if (chosen.incremental) {
        PENSTOCK_TRY(task.start_capture(stop));
    } else {
        PENSTOCK_TRY(task.finish(ModuleId::incremental_capture, ModuleState::skipped));
    }
    PENSTOCK_TRY(fix_start(task));
    PENSTOCK_TRY(run_module(task, ModuleId::schema_migration_1, chosen.schema,
                            run_schema_migration_1, stop));
    PENSTOCK_TRY(run_module(task, ModuleId::full_migration, chosen.full, run_full_migration, stop));
    PENSTOCK_TRY(run_module(
        task, ModuleId::schema_migration_2, chosen.schema,
        chosen.incremental ? run_schema_migration_2 : run_schema_migration_2_with_events, stop));
    if (!chosen.incremental) {
        PENSTOCK_TRY(task.finish(ModuleId::incremental_write, ModuleState::skipped));
    }
    if (!chosen.incremental || !task.spec().migrate_events) {
        PENSTOCK_TRY(task.finish(ModuleId::schema_migration_3, ModuleState::skipped));
    }
    return chosen.incremental ? IncrementalPhase(task, until).run(stop) : Result<void>{};
}

}  // namespace

namespace {

TaskSpec with_named_connections(TaskSpec spec) {
    spec.destination.task = spec.name;
    return spec;
}

}  // namespace

Coordinator::Coordinator(TaskSpec spec, RunOptions options, TaskProgress& progress)
    : spec_(with_named_connections(std::move(spec))), options_(options), progress_(progress) {}

Result<void> Coordinator::run_precheck_module(const std::stop_token& stop) {
    progress_.begin(ModuleId::precheck, "checks");
    const auto listener = [this](const PrecheckItem& item) {
        progress_.add(ModuleId::precheck, 1);
        if (item.severity == Severity::warning) {
            base::log_warning("precheck", "{}: {}. {}", item.code, item.finding, item.remedy);
        }
        if (item.severity == Severity::failure) {
            base::log_error("precheck", "{}: {}. Remedy: {}", item.code, item.finding, item.remedy);
        }
    };
    PENSTOCK_ASSIGN(const PrecheckReport report, run_precheck(spec_, stop, listener));
    if (auto failure = report.first_failure()) {
        progress_.finish(ModuleId::precheck, ModuleState::failed);
        return tl::unexpected<Error>(std::move(*failure));
    }
    progress_.finish(ModuleId::precheck);
    return {};
}

Result<void> Coordinator::attempt(const std::stop_token& stop) {
    PENSTOCK_ASSIGN(const std::unique_ptr<LiveTask> task, LiveTask::open(spec_, progress_));
    Result<void> done = run_modules(*task, options_.until, stop);
    if (done) {
        const bool over = !spec_.modules.incremental || options_.until == Until::events_migrated ||
                          (spec_.source.files && !spec_.source.files->follow);
        progress_.set_state(over ? TaskState::done : TaskState::stopped);
        return done;
    }
    // A new owner shows itself in many ways, such as a second replica with our identity: the token
    // says what it is.
    if (done.error().kind != ErrorKind::cancelled) done = explain_by_fence(*task, std::move(done));
    if (done.error().kind == ErrorKind::cancelled) progress_.set_state(TaskState::stopped);
    const bool final =
        done.error().kind != ErrorKind::cancelled && done.error().kind != ErrorKind::transient;
    if (final) progress_.set_error(done.error());
    return done;  // closing the task stores the status a last time
}

Result<void> Coordinator::run_until_settled(const std::stop_token& stop) {
    auto pause = retry_pause_first;
    while (true) {
        const auto begun = std::chrono::steady_clock::now();
        Result<void> done = attempt(stop);
        if (done || done.error().kind != ErrorKind::transient) return done;
        if (stop.stop_requested()) {
            return fail(ErrorKind::cancelled, base::error_cancelled, "stopped");
        }
        base::log_warning("task", "{}; going on in {} ms", done.error().text, pause.count());
        if (std::chrono::steady_clock::now() - begun > retry_pause_max) pause = retry_pause_first;
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, pause, [] { return false; });
        pause = std::min(pause * 2, retry_pause_max);
    }
}

Result<void> Coordinator::run(std::stop_token stop) {
    Result<void> done = run_precheck_module(stop);
    if (done) done = run_until_settled(stop);
    if (done) return done;
    if (done.error().kind == ErrorKind::cancelled) {
        progress_.set_state(TaskState::stopped);
    } else {
        progress_.set_error(done.error());
    }
    return done;
}

}  // namespace penstock::task
