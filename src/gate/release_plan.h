// ReleasePlan: what is to become of an event on the destination, judged at one moment. Pure, any
// thread.
//
// The past is judged by the source (whether it ran), the future by the destination's clock. An
// event is never enabled when no run of it is left: MySQL would run it once all the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "gate/policy.h"
#include "gate/schedule.h"
#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::gate {

enum class PlanAction : std::uint8_t { create_enabled, create_disabled, skip };

struct Plan {
    PlanAction action = PlanAction::skip;
    std::string reason;                 // for people; empty when there is nothing to say
    std::optional<LocalTime> next_run;  // of create_enabled, in the event's zone
    // Its time is over and it isn't preserved: a CREATE with the true time would make nothing. The
    // statement's time to give, just before it was over.
    std::optional<LocalTime> statement_time;
    // run_once: the time of the one-shot is to be replaced by this.
    std::optional<LocalTime> new_execute_at;
};

// `definition.status` is the wanted one: as it was on the source before the fence. `now` is the
// destination's clock in the event's zone.
[[nodiscard]] Result<Plan> plan_release(const schema::ScheduledEventDefinition& definition,
                                        LocalTime now, std::chrono::seconds guard,
                                        ExpiredPolicy expired);

// True if the source ran a one-shot at its time, as far as its catalogue tells.
[[nodiscard]] bool has_run(const schema::ScheduledEventDefinition& definition);

// True if an ENABLE at `now` (the server's clock in the event's zone) leads to the runs that were
// to come, false if it would only cause a run that isn't due any more.
[[nodiscard]] Result<bool> has_run_left(const schema::ScheduledEventDefinition& definition,
                                        LocalTime now);

}  // namespace penstock::gate
