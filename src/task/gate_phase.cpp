#include "task/gate_phase.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "gate/entry.h"
#include "gate/errors.h"

namespace penstock::task {
namespace {

using gate::GateState;
using mysql::Connection;
using std::chrono::steady_clock;

// A request waits until the lag is below this: then the release begins.
constexpr double lag_seconds_near_zero = 10;
constexpr std::chrono::milliseconds look_interval{250};
constexpr std::chrono::seconds ask_again_pause{30};
constexpr std::chrono::milliseconds retry_pause{500};

gate::ReleaseOptions release_options(LiveTask& task, const std::stop_token& stop) {
    const TaskSpec& spec = task.spec();
    gate::ReleaseOptions options;
    options.task = spec.name;
    options.databases = spec.databases;
    options.fence = task.gate_ledger().options().fence;
    options.expired = spec.gate.expired;
    options.drain_timeout = spec.gate.drain_timeout;
    options.stop = stop;
    return options;
}

// Of a server's "2026-01-31 12:00:00.123456" in UTC.
std::optional<WallTime> wall_time(std::string text) {
    constexpr std::size_t to_milliseconds = 23;
    if (text.size() < to_milliseconds) return std::nullopt;
    text[text.find(' ')] = 'T';
    return from_rfc3339(text.substr(0, to_milliseconds) + "Z");
}

GateProgress to_progress(const gate::GateRow& row, const std::vector<gate::Entry>& entries) {
    GateProgress shown;
    shown.state = gate::to_string(row.state);
    shown.requested_by = row.requested_by;
    shown.released_at = wall_time(row.opened_at);
    shown.lag_at_release = row.lag_transactions;
    shown.note = row.message;
    for (const gate::Entry& entry : entries) {
        ScheduledEventProgress event;
        event.name = entry.definition.schema + "." + entry.definition.name;
        event.state = gate::to_string(entry.state);
        event.status = entry.final_status.empty() ? entry.definition.status : entry.final_status;
        event.note = entry.error.empty() ? entry.message : entry.error;
        shown.events.push_back(std::move(event));
    }
    return shown;
}

std::size_t settled(const std::vector<gate::Entry>& entries) {
    return static_cast<std::size_t>(
        std::count_if(entries.begin(), entries.end(),
                      [](const gate::Entry& entry) { return !gate::is_pending(entry.state); }));
}

}  // namespace

GatePhase::GatePhase(LiveTask& task, const apply::Applier& applier)
    : task_(task), applier_(applier) {}

GatePhase::~GatePhase() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

Result<void> GatePhase::step(const LagProgress& lag) {
    const auto now = steady_clock::now();
    if (now - looked_at_ < look_interval) return {};
    looked_at_ = now;
    PENSTOCK_ASSIGN(const auto row, gate::read_gate(task_.destination(), task_.spec().name));
    if (!row) return {};
    PENSTOCK_TRY(look(*row));
    if (releasing_.load() || open_.load() || !task_.spec().migrate_events) return {};
    {
        const std::lock_guard lock(mutex_);
        if (auto error = std::exchange(release_error_, std::nullopt)) {
            return tl::unexpected<Error>(std::move(*error));
        }
        if (now < release_again_at_ && row->requested_at == request_tried_) return {};
    }
    PENSTOCK_TRY(request_by_itself(*row, lag.caught_up));
    const bool interrupted =
        row->withdrawing || (row->state != GateState::holding && row->state != GateState::failed);
    if (!interrupted) {
        if (row->requested_at.empty()) return {};
        // The source's events are fenced while the rest of the lag is drained: not for long.
        if (!lag.caught_up && lag.seconds > lag_seconds_near_zero) return {};
    }
    releasing_ = true;
    request_tried_ = row->requested_at;
    if (thread_.joinable()) thread_.join();
    thread_ = std::jthread([this](const std::stop_token& stop) { release(stop); });
    return {};
}

Result<void> GatePhase::request_by_itself(const gate::GateRow& row, bool caught_up) {
    if (task_.spec().gate.release != GateRelease::automatic || !caught_up) return {};
    if (row.state != GateState::holding || !row.requested_at.empty()) return {};
    if (steady_clock::now() < ask_again_at_) return {};
    base::log_info("gate", "lag is near zero: asking for the release, as the task says");
    ask_again_at_ = steady_clock::now() + ask_again_pause;
    Result<void> requested = gate::request_release(task_.destination(), task_.spec().name,
                                                   "automatic", "release = \"automatic\"");
    // Somebody has asked in the same moment: as good.
    const bool as_good = !requested && (requested.error().code == gate::error_release_pending ||
                                        requested.error().code == gate::error_already_open);
    return as_good ? Result<void>{} : requested;
}

Result<void> GatePhase::look(const gate::GateRow& row) {
    PENSTOCK_ASSIGN(const auto entries, gate::read_entries(task_.destination(), task_.spec().name));
    TaskProgress& progress = task_.progress();
    if (row.state != GateState::holding && !task_.is_done(ModuleId::schema_migration_3)) {
        if (!begun_) progress.begin(ModuleId::schema_migration_3, "events", entries.size());
        begun_ = true;
        progress.set(ModuleId::schema_migration_3, settled(entries), entries.size());
    }
    if (row.state == GateState::open && !open_.exchange(true)) {
        base::log_info("gate", "open: {}", row.message);
        PENSTOCK_TRY(task_.finish(ModuleId::schema_migration_3));
    }
    const std::lock_guard lock(mutex_);
    shown_ = to_progress(row, entries);
    return {};
}

void GatePhase::show(TaskProgress& progress) {
    const std::lock_guard lock(mutex_);
    if (shown_.state.empty()) return;
    progress.set_gate(shown_);
    progress.set_note(ModuleId::schema_migration_3, releasing_.load() ? step_note_ : "");
}

// A transient error is waited out: every step can be repeated.
void GatePhase::release(const std::stop_token& stop) {
    while (true) {
        const auto report = release_once(stop);
        if (report && report->blocker) {
            base::log_warning("gate", "release withdrawn: {}", report->blocker->to_string());
        }
        if (report) break;
        base::log_warning("gate", "{}", report.error().to_string());
        if (report.error().kind != ErrorKind::transient) {
            // The gate's own row says what is wrong; data goes on being applied.
            const std::lock_guard lock(mutex_);
            if (report.error().code == gate::error_lost_race) release_error_ = report.error();
            release_again_at_ = steady_clock::now() + ask_again_pause;
            break;
        }
        if (stop.stop_requested()) break;
        std::this_thread::sleep_for(retry_pause);
    }
    releasing_ = false;
}

Result<gate::ReleaseReport> GatePhase::release_once(const std::stop_token& stop) {
    PENSTOCK_ASSIGN(Connection source, Connection::open(task_.spec().source.endpoint));
    PENSTOCK_ASSIGN(Connection destination, Connection::open(task_.spec().destination));
    gate::ReleaseCallbacks callbacks;
    callbacks.transactions_missing = [this](const std::string& gtid_set) -> Result<std::uint64_t> {
        PENSTOCK_ASSIGN(GtidSet set, GtidSet::parse(gtid_set));
        return applier_.missing(std::move(set));
    };
    callbacks.check_owner = [this](Connection& transaction) {
        return task_.check_fence(transaction);
    };
    callbacks.progress = [this](const gate::ReleaseProgress& progress) {
        base::log_debug("gate", "{}: {}", gate::to_string(progress.state), progress.step);
        const std::lock_guard lock(mutex_);
        step_note_ = fmt::format("{}: {}", gate::to_string(progress.state), progress.step);
    };
    return gate::release(source, destination, release_options(task_, stop), callbacks);
}

Result<void> release_scheduled_events_now(LiveTask& task, const std::stop_token& stop) {
    PENSTOCK_ASSIGN(Connection source, Connection::open(task.spec().source.endpoint));
    PENSTOCK_ASSIGN(Connection destination, Connection::open(task.spec().destination));
    gate::ReleaseCallbacks callbacks;
    callbacks.check_owner = [&](Connection& transaction) { return task.check_fence(transaction); };
    PENSTOCK_ASSIGN(
        const gate::ReleaseReport report,
        gate::release_without_gate(source, destination, release_options(task, stop), callbacks));
    PENSTOCK_ASSIGN(const auto row, gate::read_gate(task.destination(), task.spec().name));
    PENSTOCK_ASSIGN(const auto entries, gate::read_entries(task.destination(), task.spec().name));
    if (row) task.progress().set_gate(to_progress(*row, entries));
    if (report.blocker) return tl::unexpected<Error>(*report.blocker);
    return {};
}

}  // namespace penstock::task
