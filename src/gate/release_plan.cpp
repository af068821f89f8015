#include "gate/release_plan.h"

#include <fmt/format.h>

#include "gate/definition_row.h"
#include "gate/errors.h"
#include "gate/event_statement.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

tl::unexpected<Error> bad_schedule(const ScheduledEventDefinition& definition) {
    return fail(ErrorKind::definite, error_bad_ledger,
                fmt::format("event {}: its schedule can't be read", display_name(definition)),
                "Report it with the output of SHOW CREATE EVENT");
}

std::optional<LocalTime> time_of(const std::optional<std::string>& text) {
    return text ? parse_local_time(*text) : std::nullopt;
}

bool preserved(const ScheduledEventDefinition& definition) {
    return definition.on_completion == "PRESERVE";
}

// The first run later than `after`; nullopt: none is left.
Result<std::optional<LocalTime>> run_after(const ScheduledEventDefinition& definition,
                                           LocalTime after) {
    if (definition.execute_at) {
        const std::optional<LocalTime> at = time_of(definition.execute_at);
        if (!at) return bad_schedule(definition);
        if (*at <= after) return std::nullopt;
        return at;
    }
    const std::optional<Interval> interval = parse_interval(definition.interval_value.value_or(""),
                                                            definition.interval_field.value_or(""));
    const std::optional<LocalTime> starts = time_of(definition.starts);
    if (!interval || !starts) return bad_schedule(definition);
    const LocalTime next = next_run(*starts, *interval, after);
    const std::optional<LocalTime> ends = time_of(definition.ends);
    if (definition.ends && !ends) return bad_schedule(definition);
    if (ends && next > *ends) return std::nullopt;
    return std::optional<LocalTime>(next);
}

// When the server takes it to be over: by AT or ENDS alone.
std::optional<LocalTime> time_it_is_over(const ScheduledEventDefinition& definition) {
    return definition.execute_at ? time_of(definition.execute_at) : time_of(definition.ends);
}

Plan disabled_plan(const ScheduledEventDefinition& definition, LocalTime now, std::string reason) {
    Plan plan;
    plan.action = PlanAction::create_disabled;
    plan.reason = std::move(reason);
    const std::optional<LocalTime> over = time_it_is_over(definition);
    constexpr std::int64_t margin_s = 60;  // it may be over by the time of the statement
    if (!preserved(definition) && over && over->seconds <= now.seconds + margin_s) {
        plan.statement_time = LocalTime{over->seconds - 1};
    }
    return plan;
}

Plan skip_plan(std::string reason) {
    Plan plan;
    plan.reason = std::move(reason);
    return plan;
}

// Enabled on the source, but no run is left: it ran on neither side if it isn't known to have run.
Plan expired_plan(const ScheduledEventDefinition& definition, LocalTime now,
                  std::chrono::seconds guard, ExpiredPolicy expired) {
    const bool one_shot = definition.execute_at.has_value();
    const std::string when = one_shot ? fmt::format("AT {}", *definition.execute_at)
                                      : fmt::format("ENDS {}", definition.ends.value_or(""));
    if (!one_shot && preserved(definition)) {
        return disabled_plan(definition, now, when + " has passed: disabled, as the source would");
    }
    if (one_shot && expired == ExpiredPolicy::run_once) {
        Plan plan;
        plan.action = PlanAction::create_enabled;
        plan.new_execute_at = LocalTime{now.seconds + 2 * guard.count() + 1};
        plan.next_run = plan.new_execute_at;
        plan.reason = when + " passed while the event was held: runs once, late";
        return plan;
    }
    if (expired == ExpiredPolicy::disabled) {
        return disabled_plan(definition, now, when + " passed while the event was held: disabled");
    }
    return skip_plan(when + (one_shot ? " passed while the event was held, and it ran on neither "
                                        "side: not created"
                                      : " has passed: not created"));
}

}  // namespace

bool has_run(const ScheduledEventDefinition& definition) {
    const std::optional<LocalTime> at = time_of(definition.execute_at);
    const std::optional<LocalTime> last = time_of(definition.last_executed);
    return at && last && *last >= *at;
}

Result<bool> has_run_left(const ScheduledEventDefinition& definition, LocalTime now) {
    // A one-shot that fell due while it was disabled runs when it is enabled: that is its run.
    if (definition.execute_at) return !has_run(definition);
    PENSTOCK_ASSIGN(const std::optional<LocalTime> next, run_after(definition, now));
    return next.has_value();
}

Result<Plan> plan_release(const ScheduledEventDefinition& definition, LocalTime now,
                          std::chrono::seconds guard, ExpiredPolicy expired) {
    const std::optional<EventStatus> status = event_status(definition.status);
    if (!status) {
        return fail(ErrorKind::definite, error_bad_ledger,
                    fmt::format("event {}: unknown status {}", display_name(definition),
                                definition.status));
    }
    if (has_run(definition)) {
        const std::string reason = "ran on the source at " + *definition.last_executed;
        if (!preserved(definition) && *status == EventStatus::enabled) return skip_plan(reason);
        return disabled_plan(definition, now, reason);
    }
    if (*status == EventStatus::replica_side_disabled) {
        return disabled_plan(definition, now,
                             "disabled on the source as on a replica: another server runs it");
    }
    if (*status == EventStatus::disabled) {
        return disabled_plan(definition, now, "disabled on the source");
    }
    PENSTOCK_ASSIGN(const std::optional<LocalTime> next,
                    run_after(definition, LocalTime{now.seconds + guard.count()}));
    if (!next) return expired_plan(definition, now, guard, expired);
    Plan plan;
    plan.action = PlanAction::create_enabled;
    PENSTOCK_ASSIGN(plan.next_run, run_after(definition, now));
    return plan;
}

}  // namespace penstock::gate
