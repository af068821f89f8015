#include "gate/proof.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "gate/definition_row.h"
#include "gate/errors.h"
#include "gate/event_sql.h"
#include "gate/event_statement.h"
#include "schema/catalogue.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;
using Clock = std::chrono::steady_clock;

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

const ScheduledEventDefinition* find(const std::vector<ScheduledEventDefinition>& definitions,
                                     const ScheduledEventDefinition& like) {
    const auto found = std::find_if(definitions.begin(), definitions.end(), [&](const auto& d) {
        return d.schema == like.schema && d.name == like.name;
    });
    return found == definitions.end() ? nullptr : &*found;
}

// The only rows penstock ever writes to a source: one per task, in a table of its own.
Result<std::string> commit_marker(const ReleaseContext& context) {
    mysql::Connection& source = context.source;
    PENSTOCK_ASSIGN(const std::optional<std::string> table,
                    source.query_value("SELECT 1 FROM information_schema.TABLES WHERE "
                                       "TABLE_SCHEMA='penstock' AND TABLE_NAME='marker'"));
    if (!table) {
        PENSTOCK_TRY(source.execute("CREATE DATABASE IF NOT EXISTS penstock"));
        PENSTOCK_TRY(source.execute(
            "CREATE TABLE IF NOT EXISTS penstock.marker (task VARCHAR(64) CHARACTER SET ascii "
            "COLLATE ascii_bin NOT NULL PRIMARY KEY, number BIGINT UNSIGNED NOT NULL, "
            "committed_at DATETIME(6) NOT NULL) ENGINE=InnoDB"));
    }
    PENSTOCK_TRY(source.execute(
        fmt::format("INSERT INTO penstock.marker (task, number, committed_at) VALUES ({}, 1, "
                    "UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE number=number+1, "
                    "committed_at=UTC_TIMESTAMP(6)",
                    literal(context.options.task))));
    PENSTOCK_ASSIGN(std::optional<std::string> executed,
                    source.query_value("SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')"));
    if (!executed || executed->empty()) {
        return fail(ErrorKind::definite, error_fence, "the source has no executed GTID set",
                    "Switch gtid_mode=ON on the source");
    }
    return std::move(*executed);
}

// With none missing, the marker and all that was executed before it are applied: nothing of the
// source up to the fence, whatever the application has committed since.
Result<void> record_lag(const ReleaseContext& context, Clock::duration lag, std::uint64_t missing) {
    return context.owned_execute(fmt::format(
        "UPDATE penstock.gate SET lag_seconds={:.3f}, lag_transactions={} WHERE task={}",
        std::chrono::duration<double>(lag).count(), missing, literal(context.options.task)));
}

std::string joined(const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, "; "));
}

// Without a stream the source's catalogue is all there is to go by.
Result<std::vector<Entry>> follow_source(const std::vector<Entry>& entries,
                                         const std::vector<ScheduledEventDefinition>& source) {
    std::vector<Entry> out;
    for (const Entry& entry : entries) {
        if (!is_pending(entry.state)) continue;
        if (find(source, entry.definition) != nullptr) continue;
        Entry gone = entry;
        gone.state = EntryState::dropped_on_source;
        gone.message = "no longer on the source at the release";
        out.push_back(std::move(gone));
    }
    for (const ScheduledEventDefinition& definition : source) {
        const bool known = std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
            return entry.definition.schema == definition.schema &&
                   entry.definition.name == definition.name;
        });
        if (known) continue;
        Entry entry;
        entry.definition = definition;
        entry.origin = "catalogue";
        out.push_back(std::move(entry));
    }
    return out;
}

}  // namespace

Result<void> prove(const ReleaseContext& context) {
    context.announce("commit a marker on the source");
    PENSTOCK_ASSIGN(const std::string marker, commit_marker(context));
    const auto committed = Clock::now();
    PENSTOCK_TRY(
        context.owned_execute(fmt::format("UPDATE penstock.gate SET marker={} WHERE task={}",
                                          literal(marker), literal(context.options.task))));
    while (true) {
        PENSTOCK_ASSIGN(const std::uint64_t missing,
                        context.callbacks.transactions_missing(marker));
        if (missing == 0) return record_lag(context, Clock::now() - committed, missing);
        if (Clock::now() - committed >= context.options.prove_timeout) {
            return fail(ErrorKind::definite, error_prove_timeout,
                        fmt::format("the destination has not applied the marker within {} s",
                                    std::chrono::duration_cast<std::chrono::seconds>(
                                        context.options.prove_timeout)
                                        .count()),
                        "Wait until the lag is small, then ask again");
        }
        context.announce("wait for the marker");
        PENSTOCK_TRY(context.check_interruption());
        std::this_thread::sleep_for(context.options.poll_interval);
    }
}

std::vector<std::string> changes_since_fence(const std::vector<FencedEvent>& fence,
                                             const std::vector<ScheduledEventDefinition>& source,
                                             FencePolicy policy) {
    std::vector<std::string> changes;
    if (policy == FencePolicy::none) return changes;  // they run, complete and alter at will
    for (const ScheduledEventDefinition& now : source) {
        const auto before = std::find_if(fence.begin(), fence.end(), [&](const FencedEvent& e) {
            return e.before.schema == now.schema && e.before.name == now.name;
        });
        if (before == fence.end()) {
            changes.push_back(display_name(now) + " was created after the fence");
            continue;
        }
        for (const std::string& difference : differences(before->before, now)) {
            changes.push_back(fmt::format("{}: {}", display_name(now), difference));
        }
        const std::string enabled(to_string(EventStatus::enabled));
        const bool was_enabled = !before->fenced && before->before.status == enabled;
        if (now.status == enabled && !was_enabled) {
            changes.push_back(display_name(now) + " was enabled after the fence");
        } else if (now.last_altered !=
                   (before->fenced ? before->last_altered : before->before.last_altered)) {
            changes.push_back(display_name(now) + " was altered after the fence");
        }
    }
    return changes;
}

std::vector<std::string> disagreements(const std::vector<Entry>& entries,
                                       const std::vector<ScheduledEventDefinition>& source) {
    std::vector<std::string> out;
    for (const Entry& entry : entries) {
        if (!is_pending(entry.state)) continue;
        const ScheduledEventDefinition* found = find(source, entry.definition);
        if (found == nullptr) {
            out.push_back(display_name(entry.definition) +
                          " is in the ledger but not on the source");
        } else if (!entry.needs_read) {
            for (const std::string& difference : differences(entry.definition, *found)) {
                out.push_back(fmt::format("{} was changed on the source without logging: {}",
                                          display_name(entry.definition), difference));
            }
        }
    }
    for (const ScheduledEventDefinition& definition : source) {
        const bool known = std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
            return is_pending(entry.state) && entry.definition.schema == definition.schema &&
                   entry.definition.name == definition.name;
        });
        if (!known) {
            out.push_back(display_name(definition) + " is on the source but not in the ledger");
        }
    }
    return out;
}

Result<std::vector<ScheduledEventDefinition>> read_unchanged_source(const ReleaseContext& context) {
    context.announce("read the source's events again");
    PENSTOCK_ASSIGN(const std::vector<FencedEvent> fence,
                    read_fence(context.destination, context.options.task));
    PENSTOCK_ASSIGN(std::vector<ScheduledEventDefinition> source,
                    schema::read_scheduled_events(context.source, context.options.databases));
    const std::vector<std::string> changes =
        changes_since_fence(fence, source, context.options.fence);
    if (!changes.empty()) {
        return fail(ErrorKind::definite, error_reconcile,
                    "events changed on the source during the release: " + joined(changes),
                    "Ask again when nobody changes events");
    }
    // What was wanted is what they were before the fence; whether they ran is what they say now.
    for (ScheduledEventDefinition& now : source) {
        for (const FencedEvent& event : fence) {
            const bool same = event.before.schema == now.schema && event.before.name == now.name;
            if (same && event.fenced) now.status = event.before.status;
        }
    }
    return source;
}

Result<void> reconcile_and_release(ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<ScheduledEventDefinition> source,
                    read_unchanged_source(context));
    return context.owned([&]() -> Result<void> {
        const std::string& task = context.options.task;
        PENSTOCK_ASSIGN(std::vector<Entry> entries,
                        read_entries(context.destination, task, Lock::update));
        if (!context.with_stream) {
            PENSTOCK_ASSIGN(const std::vector<Entry> followed, follow_source(entries, source));
            for (const Entry& entry : followed) {
                PENSTOCK_TRY(write_entry(context.destination, task, entry));
            }
            PENSTOCK_ASSIGN(entries, read_entries(context.destination, task, Lock::update));
            for (Entry& entry : entries) entry.needs_read = true;
        }
        const std::vector<std::string> wrong = disagreements(entries, source);
        if (!wrong.empty()) {
            return fail(ErrorKind::definite, error_reconcile,
                        "ledger and source disagree: " + joined(wrong),
                        "Repeat the change on the source with logging, or wait for it to arrive");
        }
        for (Entry& entry : entries) {
            if (!is_pending(entry.state)) continue;
            entry.definition = *find(source, entry.definition);
            entry.schedule_text = schedule_text(entry.definition);
            entry.needs_read = false;
            entry.state = EntryState::held;
            entry.error.clear();
            entry.remedy.clear();
            PENSTOCK_TRY(write_entry(context.destination, task, entry));
        }
        PENSTOCK_ASSIGN(context.state,
                        move_gate(context.destination, task, context.state, GateMove::release));
        return {};
    });
}

}  // namespace penstock::gate
