#include "task/progress.h"

#include <algorithm>
#include <utility>

namespace penstock::task {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::chrono::seconds rate_window{5};
constexpr std::chrono::milliseconds sample_interval{200};  // snapshots may come more often

constexpr std::array<const char*, module_count> ids{
    "precheck",           "incremental_capture", "schema_migration_1", "full_migration",
    "schema_migration_2", "incremental_write",   "schema_migration_3"};
constexpr std::array<const char*, module_count> titles{
    "precheck",           "incremental capture", "schema migration 1", "full migration",
    "schema migration 2", "incremental write",   "schema migration 3"};
constexpr std::array<const char*, 6> state_words{"waiting", "running", "done",
                                                 "failed",  "skipped", "stopped"};

std::size_t index_of(ModuleId id) {
    return static_cast<std::size_t>(id);
}

}  // namespace

const char* to_string(ModuleId id) {
    return ids[index_of(id)];
}

const char* title(ModuleId id) {
    return titles[index_of(id)];
}

const char* to_string(ModuleState state) {
    return state_words[static_cast<std::size_t>(state)];
}

std::optional<ModuleState> module_state(std::string_view text) {
    for (std::size_t i = 0; i < state_words.size(); ++i) {
        if (text == state_words[i]) return static_cast<ModuleState>(i);
    }
    return std::nullopt;
}

const char* to_string(TaskState state) {
    switch (state) {
        case TaskState::running:
            return "running";
        case TaskState::stopped:
            return "stopped";
        case TaskState::failed:
            return "failed";
        case TaskState::done:
            return "done";
    }
    return "unknown";
}

double ModuleProgress::seconds(WallTime now) const {
    if (!started) return 0;
    // The clock may have been set back meanwhile.
    return std::max(0.0, Seconds(finished.value_or(now) - *started).count());
}

std::optional<double> ModuleProgress::eta_seconds() const {
    if (state != ModuleState::running || rate <= 0) return std::nullopt;
    if (total == 0 || done > total) return std::nullopt;
    return static_cast<double>(total - done) / rate;
}

std::size_t GateProgress::count(std::string_view event_state) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(),
                      [&](const ScheduledEventProgress& e) { return e.state == event_state; }));
}

TaskProgress::TaskProgress(std::string task, std::string kind) {
    status_.task = std::move(task);
    status_.kind = std::move(kind);
}

void TaskProgress::begin(ModuleId id, std::string_view unit, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    ModuleProgress& module = at(id);
    module.state = ModuleState::running;
    if (!module.started) module.started = std::chrono::system_clock::now();
    module.finished.reset();
    module.unit = unit;
    if (total != 0) module.total = total;
    samples_[index_of(id)].clear();
}

void TaskProgress::set(ModuleId id, std::uint64_t done, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    at(id).done = done;
    at(id).total = total;
}

void TaskProgress::set_done(ModuleId id, std::uint64_t done) {
    const std::lock_guard lock(mutex_);
    at(id).done = done;
}

void TaskProgress::add(ModuleId id, std::uint64_t done, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    at(id).done += done;
    at(id).bytes += bytes;
}

void TaskProgress::set_bytes(ModuleId id, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    at(id).bytes = bytes;
}

void TaskProgress::set_note(ModuleId id, std::string note) {
    const std::lock_guard lock(mutex_);
    at(id).note = std::move(note);
}

void TaskProgress::finish(ModuleId id, ModuleState state) {
    const std::lock_guard lock(mutex_);
    ModuleProgress& module = at(id);
    module.state = state;
    if (state == ModuleState::skipped || state == ModuleState::waiting) return;
    module.finished = std::chrono::system_clock::now();
    if (!module.started) module.started = module.finished;
}

void TaskProgress::restore(ModuleId id, const ModuleProgress& module) {
    const std::lock_guard lock(mutex_);
    at(id) = module;
    samples_[index_of(id)].clear();
}

void TaskProgress::set_lag(const LagProgress& lag) {
    const std::lock_guard lock(mutex_);
    status_.lag = lag;
}

void TaskProgress::set_capture(const CaptureCounters& capture) {
    const std::lock_guard lock(mutex_);
    captures_.set(capture);
    status_.stages.capture = captures_.sum();
}

void TaskProgress::set_apply(const ApplyCounters& apply) {
    const std::lock_guard lock(mutex_);
    appliers_.set(apply);
    status_.stages.apply = appliers_.sum();
}

void TaskProgress::set_relay(const RelayProgress& relay) {
    const std::lock_guard lock(mutex_);
    status_.relay = relay;
}

void TaskProgress::set_gate(GateProgress gate) {
    const std::lock_guard lock(mutex_);
    status_.gate = std::move(gate);
}

void TaskProgress::set_totals(const Totals& totals) {
    const std::lock_guard lock(mutex_);
    status_.totals = totals;
}

void TaskProgress::set_state(TaskState state) {
    const std::lock_guard lock(mutex_);
    status_.state = state;
    if (state != TaskState::running) stop_running_modules();
}

void TaskProgress::set_error(const Error& error) {
    const std::lock_guard lock(mutex_);
    status_.error = error;
    status_.state = TaskState::failed;
    stop_running_modules();
    // The last module that was at work is the one that could not go on.
    for (std::size_t i = module_count; i-- > 0;) {
        if (status_.modules[i].state != ModuleState::stopped) continue;
        status_.modules[i].state = ModuleState::failed;
        break;
    }
}

void TaskProgress::stop_running_modules() {
    for (ModuleProgress& module : status_.modules) {
        if (module.state != ModuleState::running) continue;
        module.state = ModuleState::stopped;
        module.finished = std::chrono::system_clock::now();
    }
}

TaskStatus TaskProgress::snapshot() const {
    return snapshot(std::chrono::system_clock::now());
}

TaskStatus TaskProgress::snapshot(WallTime now) const {
    const std::lock_guard lock(mutex_);
    TaskStatus copy = status_;
    copy.at = now;
    copy.flow = stage_window_.measure(copy.stages, std::chrono::steady_clock::now());
    for (std::size_t i = 0; i < module_count; ++i) copy.modules[i].rate = measure(i, now);
    return copy;
}

double TaskProgress::measure(std::size_t index, WallTime now) const {
    const ModuleProgress& module = status_.modules[index];
    std::vector<Sample>& samples = samples_[index];
    if (module.state != ModuleState::running) {
        samples.clear();
        const double seconds = module.seconds(now);
        return seconds > 0 ? static_cast<double>(module.done) / seconds : 0;
    }
    // A clock that was set back, or a count that began again, makes the samples useless.
    if (!samples.empty() && (samples.back().at > now || samples.back().done > module.done)) {
        samples.clear();
    }
    if (samples.empty() || now - samples.back().at >= sample_interval) {
        samples.push_back({now, module.done});
    }
    // The oldest sample kept is the last one outside the window, so that the window is full.
    while (samples.size() > 2 && now - samples[1].at >= rate_window) samples.erase(samples.begin());
    const double seconds = Seconds(now - samples.front().at).count();
    return seconds > 0 ? static_cast<double>(module.done - samples.front().done) / seconds : 0;
}

}  // namespace penstock::task
