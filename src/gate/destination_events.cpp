#include "gate/destination_events.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <utility>

#include "gate/definition_row.h"
#include "gate/entry.h"
#include "gate/errors.h"
#include "gate/event_session.h"
#include "gate/event_sql.h"
#include "gate/event_statement.h"
#include "gate/release_plan.h"
#include "gate/time_zone.h"
#include "schema/catalogue.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

constexpr unsigned note_no_such_user = 1449;
// Values of final_status besides those of the server.
constexpr std::string_view enabling = "enabling";  // an ENABLE may have been made
const std::string completed = "completed";         // enabled here, has run and is over
constexpr EventDdlOptions logged{true, std::nullopt};

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

Result<void> update_entry(const ReleaseContext& context, const ScheduledEventDefinition& definition,
                          const std::string& assignments) {
    return context.owned_execute(
        fmt::format("UPDATE penstock.scheduled_event SET {} WHERE {}", assignments,
                    key_condition(context.options.task, definition.schema, definition.name)));
}

// The definition as it is to be on the destination, and what is to become of it.
struct Wanted {
    ScheduledEventDefinition definition;
    Plan plan;
};

Result<Wanted> wanted_of(const ReleaseContext& context, ScheduledEventDefinition definition) {
    const std::string zone = definition.time_zone;
    PENSTOCK_ASSIGN(definition.time_zone,
                    zone_on_destination(context.source, context.destination, zone));
    PENSTOCK_ASSIGN(const LocalTime now, local_now(context.destination, definition.time_zone));
    PENSTOCK_ASSIGN(Plan plan,
                    plan_release(definition, now, context.options.guard, context.options.expired));
    if (plan.new_execute_at) definition.execute_at = to_string(*plan.new_execute_at);
    if (definition.time_zone != zone) {
        plan.reason += fmt::format("{}time zone {} of the source is {} here",
                                   plan.reason.empty() ? "" : "; ", zone, definition.time_zone);
    }
    return Wanted{std::move(definition), std::move(plan)};
}

Result<std::optional<ScheduledEventDefinition>> read_back(const ReleaseContext& context,
                                                          const ScheduledEventDefinition& like) {
    return schema::read_scheduled_event(context.destination, like.schema, like.name);
}

// What was read back must be what was wanted, all of it, with this status.
Result<void> compare(const ScheduledEventDefinition& wanted,
                     const std::optional<ScheduledEventDefinition>& found,
                     std::string_view status) {
    if (!found) {
        return fail(ErrorKind::definite, error_read_back,
                    fmt::format("event {} isn't on the destination after it was created",
                                display_name(wanted)),
                    "Look whether somebody drops events there, then ask again");
    }
    std::vector<std::string> wrong = differences(wanted, *found);
    if (found->status != status) wrong.push_back(fmt::format("status: {}", found->status));
    if (wrong.empty()) return {};
    return fail(ErrorKind::definite, error_read_back,
                fmt::format("event {} differs on the destination: {}", display_name(wanted),
                            fmt::join(wrong, "; ")),
                "Make the difference impossible (database collation, sql_mode, zone), ask again");
}

// `done`: "created" or "enabled".
Error ddl_error(const ScheduledEventDefinition& definition, std::string_view done,
                const Error& error) {
    if (error.kind == ErrorKind::transient) return error;
    Error out = error;
    out.text = fmt::format("event {} can't be {} on the destination: {}", display_name(definition),
                           done, error.text);
    if (out.code.number < 2000 || out.code.number >= 2100) out.code = error_rehearsal;
    if (out.remedy.empty()) {
        out.remedy =
            "Grant EVENT on its schema, SET_ANY_DEFINER and, for definers that have it, "
            "SYSTEM_USER on the destination, or mend the event on the source";
    }
    return out;
}

Result<void> refuse_conflict(const ReleaseContext& context, const Wanted& wanted) {
    const std::string text =
        fmt::format("event {} exists on the destination and was not made by this task",
                    display_name(wanted.definition));
    const std::string remedy = "Drop or rename it there, then ask again";
    PENSTOCK_TRY(update_entry(
        context, wanted.definition,
        fmt::format("state='conflict', error={}, remedy={}", literal(text), literal(remedy))));
    return fail(ErrorKind::definite, error_conflict, text, remedy);
}

// Creates and reads back. `created_here`: what has the name already is ours.
Result<void> create(const ReleaseContext& context, const Wanted& wanted, bool created_here) {
    const ScheduledEventDefinition& definition = wanted.definition;
    PENSTOCK_ASSIGN(const std::optional<ScheduledEventDefinition> there,
                    read_back(context, definition));
    if (there && !created_here) return refuse_conflict(context, wanted);
    if (there) PENSTOCK_TRY(drop_event(context.destination, there->schema, there->name));
    if (!created_here) PENSTOCK_TRY(update_entry(context, definition, "created_here=1"));
    context.announce("create " + display_name(definition));
    EventDdlOptions options = logged;
    if (wanted.plan.statement_time) options.statement_time = to_string(*wanted.plan.statement_time);
    const Result<std::vector<ServerNote>> notes =
        create_disabled(context.destination, definition, options);
    if (!notes) return tl::unexpected<Error>(ddl_error(definition, "created", notes.error()));
    for (const ServerNote& note : *notes) {
        if (note.number != note_no_such_user) continue;
        return fail(ErrorKind::definite, error_definer_missing,
                    fmt::format("event {}: its definer {} has no account on the destination, so "
                                "that each run of it would fail",
                                display_name(definition), definition.definer),
                    "Create the account there, with EVENT and the body's rights on the schema");
    }
    context.announce("created " + display_name(definition));
    PENSTOCK_ASSIGN(const std::optional<ScheduledEventDefinition> found,
                    read_back(context, definition));
    return compare(definition, found, to_string(EventStatus::disabled));
}

Result<void> forget_created(const ReleaseContext& context,
                            const ScheduledEventDefinition& definition) {
    PENSTOCK_TRY(drop_event(context.destination, definition.schema, definition.name));
    return update_entry(context, definition, "created_here=0");
}

Result<void> record_blocker(const ReleaseContext& context,
                            const ScheduledEventDefinition& definition, const Error& error) {
    if (error.kind == ErrorKind::transient) return {};
    return update_entry(
        context, definition,
        fmt::format("error={}, remedy={}", literal(error.text), literal(error.remedy)));
}

// An ALTER gives the event its schema's present default collation: an event with another one would
// not survive the fence as it is.
Result<void> check_database_collation(const ReleaseContext& context,
                                      const ScheduledEventDefinition& definition) {
    PENSTOCK_ASSIGN(const std::optional<std::string> collation,
                    context.source.query_value(
                        "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE "
                        "SCHEMA_NAME=" +
                        literal(definition.schema)));
    if (collation == definition.context.database_collation) return {};
    return fail(ErrorKind::definite, error_database_collation,
                fmt::format("event {} was created when its schema's collation was {}; now it is {}",
                            display_name(definition), definition.context.database_collation,
                            collation.value_or("unknown")),
                "Issue an ALTER EVENT with the event's own COMMENT on the source, which gives it "
                "the present one");
}

Result<void> rehearse_event(const ReleaseContext& context,
                            const ScheduledEventDefinition& definition, bool created_here) {
    PENSTOCK_TRY(check_database_collation(context, definition));
    PENSTOCK_ASSIGN(const Wanted wanted, wanted_of(context, definition));
    if (wanted.plan.action == PlanAction::skip) return {};
    PENSTOCK_TRY(create(context, wanted, created_here));
    return forget_created(context, definition);
}

}  // namespace

Result<void> rehearse(const ReleaseContext& context) {
    PENSTOCK_TRY(drop_created(context));
    PENSTOCK_ASSIGN(const std::vector<ScheduledEventDefinition> source,
                    schema::read_scheduled_events(context.source, context.options.databases));
    std::size_t done = 0;
    for (const ScheduledEventDefinition& definition : source) {
        context.announce("rehearse " + display_name(definition), done++, source.size());
        PENSTOCK_TRY(context.check_interruption());
        PENSTOCK_ASSIGN(const std::optional<Entry> entry,
                        read_entry(context.destination, context.options.task, definition.schema,
                                   definition.name));
        if (!entry || !is_pending(entry->state)) continue;  // on its way in the stream
        const Result<void> rehearsed = rehearse_event(context, definition, entry->created_here);
        if (!rehearsed) {
            PENSTOCK_TRY(record_blocker(context, definition, rehearsed.error()));
            return rehearsed;
        }
    }
    return {};
}

Result<void> drop_created(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<Entry> entries,
                    read_entries(context.destination, context.options.task));
    for (const Entry& entry : entries) {
        if (entry.created_here) {
            context.announce("drop " + display_name(entry.definition) + " on the destination");
            PENSTOCK_TRY(forget_created(context, entry.definition));
        }
        const bool untouched = entry.state == EntryState::held ||
                               entry.state == EntryState::dropped_on_source ||
                               entry.state == EntryState::ignored;
        if (untouched) continue;
        PENSTOCK_TRY(update_entry(context, entry.definition,
                                  "state='held', final_status='', next_run='', released_at=''"));
    }
    return {};
}

Result<void> create_events(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<Entry> entries,
                    read_entries(context.destination, context.options.task));
    std::size_t done = 0;
    for (const Entry& entry : entries) {
        context.announce("plan " + display_name(entry.definition), done++, entries.size());
        if (entry.state != EntryState::held) continue;
        PENSTOCK_ASSIGN(const Wanted wanted, wanted_of(context, entry.definition));
        const std::string reason = "message=" + literal(wanted.plan.reason);
        if (wanted.plan.action == PlanAction::skip) {
            PENSTOCK_TRY(
                update_entry(context, entry.definition, "state='skipped_expired', " + reason));
            continue;
        }
        if (Result<void> created = create(context, wanted, entry.created_here); !created) {
            PENSTOCK_TRY(record_blocker(context, entry.definition, created.error()));
            return created;
        }
        // From here on the definition in the ledger is the one on the destination.
        PENSTOCK_TRY(update_entry(
            context, entry.definition,
            fmt::format(
                "{}, state='ready', next_run={}, {}", definition_assignments(wanted.definition),
                literal(wanted.plan.next_run ? to_string(*wanted.plan.next_run) : ""), reason)));
    }
    return {};
}

namespace {

Result<void> record_released(const ReleaseContext& context,
                             const ScheduledEventDefinition& definition, std::string_view status,
                             const std::optional<LocalTime>& next,
                             const std::optional<std::string>& message) {
    std::string assignments = fmt::format(
        "state='released', final_status={}, next_run={}, released_at=CAST(UTC_TIMESTAMP(6) AS "
        "CHAR), error='', remedy=''",
        literal(status), literal(next ? to_string(*next) : std::string()));
    if (message) assignments += ", message=" + literal(*message);
    return update_entry(context, definition, assignments);
}

// Such an event may have run and be gone as soon as it is enabled.
bool ends_by_itself(const ScheduledEventDefinition& definition) {
    return definition.execute_at || definition.ends;
}

// An event found after an attempt to enable it whose outcome isn't in the ledger. True: it is done.
Result<bool> settle_interrupted(const ReleaseContext& context,
                                const ScheduledEventDefinition& definition,
                                const std::optional<ScheduledEventDefinition>& found,
                                const std::optional<LocalTime>& next) {
    if (!found) {
        if (!ends_by_itself(definition)) return false;
        PENSTOCK_TRY(record_released(context, definition, completed, std::nullopt,
                                     "has run on the destination and was dropped by it"));
        return true;
    }
    const bool enabled = found->status == to_string(EventStatus::enabled);
    if (!enabled && !found->last_executed) return false;  // the ALTER was not made
    PENSTOCK_TRY(compare(definition, found, found->status));
    PENSTOCK_TRY(record_released(context, definition, enabled ? found->status : completed,
                                 enabled ? next : std::nullopt, std::nullopt));
    return true;
}

// False: the stream has dropped or changed it since; it is not to be enabled.
Result<bool> claim_for_enabling(const ReleaseContext& context,
                                const ScheduledEventDefinition& definition) {
    std::uint64_t matched = 0;
    PENSTOCK_TRY(context.owned([&]() -> Result<void> {
        PENSTOCK_ASSIGN(
            matched, context.destination.execute(fmt::format(
                         "UPDATE penstock.scheduled_event SET final_status='{}' WHERE "
                         "{} AND state IN ('ready', 'failed')",
                         enabling,
                         key_condition(context.options.task, definition.schema, definition.name))));
        return {};
    }));
    return matched == 1;
}

Result<void> enable(const ReleaseContext& context, const ScheduledEventDefinition& definition,
                    const Plan& plan) {
    PENSTOCK_ASSIGN(const bool claimed, claim_for_enabling(context, definition));
    if (!claimed) return {};
    context.announce("enable " + display_name(definition));
    const Result<void> altered = set_enabled(context.destination, definition, true, logged);
    if (!altered) {
        const Error error = ddl_error(definition, "enabled", altered.error());
        if (error.kind != ErrorKind::transient) {  // otherwise the outcome isn't known
            PENSTOCK_TRY(update_entry(context, definition, "final_status=''"));
        }
        return tl::unexpected<Error>(error);
    }
    context.announce("enabled " + display_name(definition));
    PENSTOCK_ASSIGN(const std::optional<ScheduledEventDefinition> found,
                    read_back(context, definition));
    // A one-shot may have run and gone already; whatever else is wrong, nothing runs half-right.
    const bool may_be_over = ends_by_itself(definition);
    if (!found && may_be_over) {
        return record_released(context, definition, completed, std::nullopt,
                               "has run on the destination and was dropped by it");
    }
    const std::string status(found && may_be_over ? found->status : "ENABLED");
    if (Result<void> same = compare(definition, found, status); !same) {
        if (found) PENSTOCK_TRY(set_enabled(context.destination, *found, false, logged));
        PENSTOCK_TRY(update_entry(context, definition, "final_status=''"));
        return same;
    }
    const bool over = status != to_string(EventStatus::enabled);
    return record_released(context, definition, over ? completed : status,
                           over ? std::nullopt : plan.next_run, std::nullopt);
}

Result<void> finish_event(const ReleaseContext& context, const Entry& entry) {
    const ScheduledEventDefinition& definition = entry.definition;
    PENSTOCK_ASSIGN(const LocalTime now, local_now(context.destination, definition.time_zone));
    PENSTOCK_ASSIGN(const Plan plan,
                    plan_release(definition, now, context.options.guard, context.options.expired));
    PENSTOCK_ASSIGN(const std::optional<ScheduledEventDefinition> found,
                    read_back(context, definition));
    if (entry.final_status == enabling) {
        PENSTOCK_ASSIGN(const bool done,
                        settle_interrupted(context, definition, found, plan.next_run));
        if (done) return {};
    }
    if (found) {
        PENSTOCK_TRY(compare(definition, found, to_string(EventStatus::disabled)));
    } else if (plan.action != PlanAction::skip) {  // somebody dropped it: it is created again
        PENSTOCK_TRY(create(context, {definition, plan}, true));
    }
    // A one-shot that fell due since it was created here has run nowhere: its run is this one.
    const bool due_now = definition.execute_at && !entry.next_run.empty();
    if (plan.action == PlanAction::create_enabled || due_now) {
        return enable(context, definition, plan);
    }
    if (plan.action == PlanAction::create_disabled) {
        return record_released(context, definition, to_string(EventStatus::disabled), std::nullopt,
                               plan.reason);
    }
    PENSTOCK_TRY(forget_created(context, definition));
    return update_entry(context, definition,
                        "state='skipped_expired', message=" + literal(plan.reason));
}

}  // namespace

Result<void> enable_events(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<Entry> entries,
                    read_entries(context.destination, context.options.task));
    std::size_t done = 0;
    for (const Entry& entry : entries) {
        context.announce("release " + display_name(entry.definition), done++, entries.size());
        if (entry.state != EntryState::ready && entry.state != EntryState::failed) continue;
        if (Result<void> finished = finish_event(context, entry); !finished) {
            const Error& error = finished.error();
            if (error.kind != ErrorKind::transient) {
                PENSTOCK_TRY(update_entry(context, entry.definition,
                                          fmt::format("state='failed', error={}, remedy={}",
                                                      literal(error.text), literal(error.remedy))));
            }
            return finished;
        }
    }
    return {};
}

Result<void> settle_latecomers(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<Entry> entries,
                    read_entries(context.destination, context.options.task));
    for (const Entry& entry : entries) {
        const bool late = is_pending(entry.state);
        const bool gone = entry.state == EntryState::dropped_on_source;
        if ((late || gone) && entry.created_here) {
            PENSTOCK_TRY(forget_created(context, entry.definition));
        }
        if (!late) continue;
        PENSTOCK_TRY(
            update_entry(context, entry.definition,
                         fmt::format("state='ignored', message={}",
                                     literal("changed on the source during the release (GTID " +
                                             entry.last_gtid + "): not applied here"))));
    }
    return {};
}

Result<bool> any_enabled(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::optional<std::string> count,
                    context.destination.query_value(fmt::format(
                        "SELECT COUNT(*) FROM penstock.scheduled_event WHERE task={} AND "
                        "(final_status='{}' OR (state='released' AND final_status<>'DISABLED'))",
                        literal(context.options.task), enabling)));
    return count.value_or("0") != "0";
}

}  // namespace penstock::gate
