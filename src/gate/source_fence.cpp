#include "gate/source_fence.h"

#include <fmt/format.h>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

#include "gate/definition_row.h"
#include "gate/errors.h"
#include "gate/event_session.h"
#include "gate/event_statement.h"
#include "gate/release_plan.h"
#include "gate/time_zone.h"
#include "schema/catalogue.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

constexpr EventDdlOptions unlogged{false, std::nullopt};

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

// Writes what the event is, before it is touched. What an earlier attempt wrote is replaced only
// while the event is still as it was.
Result<void> write_down(const ReleaseContext& context, const ScheduledEventDefinition& definition) {
    return context.owned_execute(fmt::format(
        "REPLACE INTO penstock.scheduled_event_fence (task, {}) VALUES ({}, {})",
        definition_column_names(), literal(context.options.task), definition_values(definition)));
}

Result<void> mark_fenced(const ReleaseContext& context, const ScheduledEventDefinition& after) {
    return context.owned_execute(fmt::format(
        "UPDATE penstock.scheduled_event_fence SET fenced=1, fenced_last_altered={}, "
        "last_executed={} WHERE {}",
        literal(after.last_altered), after.last_executed ? literal(*after.last_executed) : "NULL",
        key_condition(context.options.task, after.schema, after.name)));
}

tl::unexpected<Error> fence_failed(const ScheduledEventDefinition& definition, const Error& error) {
    if (error.kind == ErrorKind::transient) return tl::unexpected<Error>(error);
    return fail(
        ErrorKind::definite, error_fence,
        fmt::format("event {} can't be disabled on the source: {}", display_name(definition),
                    error.text),
        error.remedy.empty()
            ? "Grant EVENT on its schema, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER and, for "
              "definers that have it, SYSTEM_USER on the source"
            : error.remedy);
}

// `known`: an earlier attempt wrote it down as enabled.
Result<void> fence_event(const ReleaseContext& context, const ScheduledEventDefinition& definition,
                         bool known) {
    const bool enabled = definition.status == to_string(EventStatus::enabled);
    if (enabled || !known) PENSTOCK_TRY(write_down(context, definition));
    if (enabled) {
        const Result<void> done = set_enabled(context.source, definition, false, unlogged);
        if (!done) return fence_failed(definition, done.error());
    } else if (!known) {
        return {};  // was not enabled: nothing to fence
    }
    context.announce("fenced " + display_name(definition));
    PENSTOCK_ASSIGN(
        const std::optional<ScheduledEventDefinition> after,
        schema::read_scheduled_event(context.source, definition.schema, definition.name));
    // Gone: its last run was under way and dropped it.
    if (after) PENSTOCK_TRY(mark_fenced(context, *after));
    return {};
}

Result<void> fence_events(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<FencedEvent> before,
                    read_fence(context.destination, context.options.task));
    std::set<std::string> known;
    for (const FencedEvent& event : before) {
        if (event.before.status == to_string(EventStatus::enabled)) {
            known.insert(display_name(event.before));
        }
    }
    PENSTOCK_ASSIGN(const std::vector<ScheduledEventDefinition> found,
                    schema::read_scheduled_events(context.source, context.options.databases));
    std::size_t done = 0;
    for (const ScheduledEventDefinition& definition : found) {
        const std::string name = display_name(definition);
        context.announce("fence " + name, done++, found.size());
        PENSTOCK_TRY(context.check_interruption());
        PENSTOCK_TRY(fence_event(context, definition, known.contains(name)));
    }
    return {};
}

Result<void> write_down_all(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<ScheduledEventDefinition> found,
                    schema::read_scheduled_events(context.source, context.options.databases));
    for (const ScheduledEventDefinition& definition : found) {
        PENSTOCK_TRY(write_down(context, definition));
    }
    return {};
}

Result<void> fence_scheduler(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::optional<std::string> now,
                    context.source.query_value("SELECT @@GLOBAL.event_scheduler"));
    PENSTOCK_ASSIGN(const std::optional<GateRow> gate,
                    read_gate(context.destination, context.options.task));
    if (gate && gate->scheduler_before.empty()) {
        PENSTOCK_TRY(context.owned_execute(
            fmt::format("UPDATE penstock.gate SET scheduler_before={} WHERE task={}",
                        literal(now.value_or("")), literal(context.options.task))));
    }
    if (now == "ON") {
        context.announce("fence event_scheduler");
        const auto done = context.source.execute("SET GLOBAL event_scheduler=OFF");
        if (!done && done.error().kind == ErrorKind::transient) {
            return tl::unexpected<Error>(done.error());
        }
        if (!done) {
            return fail(
                ErrorKind::definite, error_fence,
                "the event scheduler of the source can't be switched off: " + done.error().text,
                "Grant SYSTEM_VARIABLES_ADMIN on the source, or use fence = \"events\"");
        }
    }
    return write_down_all(context);
}

struct Worker {
    std::string thread;
    std::string schema;  // empty: not known
};

Result<std::vector<Worker>> workers(mysql::Connection& source) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    source.query("SELECT THREAD_ID, PROCESSLIST_DB FROM performance_schema.threads "
                                 "WHERE NAME='thread/sql/event_worker'"));
    std::vector<Worker> found;
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        found.push_back({rows.text(row, 0), rows.text(row, 1)});
    }
    return found;
}

bool concerns(const Worker& worker, const std::vector<std::string>& databases) {
    if (worker.schema.empty()) return true;
    for (const std::string& database : databases) {
        if (worker.schema == database) return true;
    }
    return false;
}

}  // namespace

Result<std::vector<FencedEvent>> read_fence(mysql::Connection& destination, std::string_view task) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    destination.query(fmt::format(
                        "SELECT {}, fenced, fenced_last_altered FROM "
                        "penstock.scheduled_event_fence WHERE task={} ORDER BY source_schema, "
                        "source_name",
                        definition_column_names(), literal(task))));
    std::vector<FencedEvent> found;
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        const std::size_t own = definition_column_count();
        found.push_back(
            {definition_from(rows.row(row)), rows.text(row, own) == "1", rows.text(row, own + 1)});
    }
    return found;
}

Result<void> fence_source(const ReleaseContext& context) {
    switch (context.options.fence) {
        case FencePolicy::events:
            return fence_events(context);
        case FencePolicy::scheduler:
            return fence_scheduler(context);
        case FencePolicy::none:
            return write_down_all(context);
    }
    return {};
}

namespace {

// nullopt: as it was; otherwise why it stays disabled.
Result<std::optional<std::string>> unfence_event(const ReleaseContext& context,
                                                 const FencedEvent& event) {
    if (event.before.status != to_string(EventStatus::enabled)) return std::nullopt;
    PENSTOCK_ASSIGN(
        const std::optional<ScheduledEventDefinition> now,
        schema::read_scheduled_event(context.source, event.before.schema, event.before.name));
    // Gone, or enabled by somebody: not ours any more.
    if (!now || now->status != to_string(EventStatus::disabled)) return std::nullopt;
    PENSTOCK_ASSIGN(const LocalTime clock, local_now(context.source, now->time_zone));
    PENSTOCK_ASSIGN(const bool left, has_run_left(*now, clock));
    if (!left) {
        return std::optional<std::string>(fmt::format(
            "{} stays disabled on the source: no run of it is left", display_name(event.before)));
    }
    const Result<void> done = set_enabled(context.source, *now, true, unlogged);
    if (!done) return tl::unexpected<Error>(done.error());
    return std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> unfence_source(const ReleaseContext& context) {
    std::vector<std::string> notes;
    PENSTOCK_ASSIGN(const std::optional<GateRow> gate,
                    read_gate(context.destination, context.options.task));
    if (gate && gate->scheduler_before == "ON") {
        context.announce("restore event_scheduler");
        PENSTOCK_TRY(context.source.execute("SET GLOBAL event_scheduler=ON"));
    }
    PENSTOCK_ASSIGN(const std::vector<FencedEvent> fence,
                    read_fence(context.destination, context.options.task));
    const bool by_event = !gate || gate->fence == FencePolicy::events;
    for (const FencedEvent& event : fence) {
        if (by_event) {
            context.announce("restore " + display_name(event.before));
            PENSTOCK_ASSIGN(std::optional<std::string> note, unfence_event(context, event));
            if (note) notes.push_back(std::move(*note));
        }
        PENSTOCK_TRY(context.owned_execute(
            "DELETE FROM penstock.scheduled_event_fence WHERE " +
            key_condition(context.options.task, event.before.schema, event.before.name)));
    }
    PENSTOCK_TRY(context.owned_execute(
        fmt::format("UPDATE penstock.gate SET scheduler_before='' WHERE task={}",
                    literal(context.options.task))));
    return notes;
}

Result<void> drain_source(const ReleaseContext& context) {
    using Clock = std::chrono::steady_clock;
    if (context.options.fence == FencePolicy::none) return {};
    // A run may be about to begin when its event is disabled, before it has a thread: so it has to
    // stay quiet for a while.
    constexpr std::chrono::milliseconds quiet_needed{500};
    const auto deadline = Clock::now() + context.options.drain_timeout;
    auto quiet_since = Clock::now();
    while (true) {
        PENSTOCK_ASSIGN(const std::vector<Worker> found, workers(context.source));
        std::size_t running = 0;
        for (const Worker& worker : found) {
            if (concerns(worker, context.options.databases)) ++running;
        }
        const auto now = Clock::now();
        if (running > 0) quiet_since = now;
        if (now - quiet_since >= quiet_needed) return {};
        if (now >= deadline) {
            return fail(ErrorKind::definite, error_drain_timeout,
                        fmt::format("runs of events still under way on the source: {}", running),
                        "Ask again when they have ended, or with a longer gate.drain_timeout");
        }
        context.announce(fmt::format("drain: {} running", running));
        PENSTOCK_TRY(context.check_interruption());
        std::this_thread::sleep_for(context.options.poll_interval);
    }
}

}  // namespace penstock::gate
