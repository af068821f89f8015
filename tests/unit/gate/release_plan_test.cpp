#include "gate/release_plan.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;
using std::chrono::seconds;

LocalTime at(const char* text) {
    return parse_local_time(text).value();
}

Plan planned(const ScheduledEventDefinition& definition, const char* now,
             ExpiredPolicy expired = ExpiredPolicy::skip) {
    Result<Plan> plan = plan_release(definition, at(now), seconds(2), expired);
    EXPECT_TRUE(plan.has_value());
    return plan.value_or(Plan{});
}

TEST(ReleasePlan, ARecurringEventWithoutEndIsEnabled) {
    const Plan plan = planned(recurring_event(), "2026-06-01 12:00:30");
    EXPECT_EQ(plan.action, PlanAction::create_enabled);
    EXPECT_EQ(to_string(plan.next_run.value()), "2026-06-01 12:01:00");
}

TEST(ReleasePlan, AnEventDisabledOnTheSourceStaysDisabled) {
    ScheduledEventDefinition d = recurring_event();
    d.status = "DISABLED";
    EXPECT_EQ(planned(d, "2026-06-01 12:00:00").action, PlanAction::create_disabled);
    for (const char* status : {"REPLICA_SIDE_DISABLED", "SLAVESIDE_DISABLED"}) {
        d.status = status;
        EXPECT_EQ(planned(d, "2026-06-01 12:00:00").action, PlanAction::create_disabled);
    }
}

TEST(ReleasePlan, AnUnknownStatusIsAnError) {
    ScheduledEventDefinition d = recurring_event();
    d.status = "DORMANT";
    EXPECT_FALSE(plan_release(d, at("2026-06-01 12:00:00"), seconds(2), ExpiredPolicy::skip));
}

TEST(ReleasePlan, AnUnreadableScheduleIsAnError) {
    ScheduledEventDefinition d = recurring_event();
    d.interval_field = "FORTNIGHT";
    EXPECT_FALSE(plan_release(d, at("2026-06-01 12:00:00"), seconds(2), ExpiredPolicy::skip));
}

TEST(ReleasePlan, AOneShotToComeIsEnabled) {
    const Plan plan = planned(one_shot_event(), "2026-06-01 11:59:57");
    EXPECT_EQ(plan.action, PlanAction::create_enabled);
    EXPECT_EQ(to_string(plan.next_run.value()), "2026-06-01 12:00:00");
}

TEST(ReleasePlan, AOneShotWithinTheGuardIsExpired) {
    EXPECT_EQ(planned(one_shot_event(), "2026-06-01 11:59:58").action, PlanAction::skip);
}

TEST(ReleasePlan, AnExpiredOneShotFollowsThePolicyWhetherPreservedOrNot) {
    ScheduledEventDefinition d = one_shot_event();
    const char* now = "2026-06-01 13:00:00";
    EXPECT_EQ(planned(d, now).action, PlanAction::skip);
    const Plan disabled = planned(d, now, ExpiredPolicy::disabled);
    EXPECT_EQ(disabled.action, PlanAction::create_disabled);
    // Not preserved: the server would make nothing of it at the true time.
    EXPECT_EQ(to_string(disabled.statement_time.value()), "2026-06-01 11:59:59");
    const Plan late = planned(d, now, ExpiredPolicy::run_once);
    EXPECT_EQ(late.action, PlanAction::create_enabled);
    EXPECT_EQ(to_string(late.new_execute_at.value()), "2026-06-01 13:00:05");

    d.on_completion = "PRESERVE";
    EXPECT_EQ(planned(d, now).action, PlanAction::skip);
    const Plan preserved = planned(d, now, ExpiredPolicy::disabled);
    EXPECT_EQ(preserved.action, PlanAction::create_disabled);
    EXPECT_FALSE(preserved.statement_time.has_value());
}

TEST(ReleasePlan, AOneShotThatRanOnTheSourceNeverRunsAgain) {
    ScheduledEventDefinition d = one_shot_event();
    d.last_executed = "2026-06-01 12:00:00";
    for (const ExpiredPolicy policy :
         {ExpiredPolicy::skip, ExpiredPolicy::disabled, ExpiredPolicy::run_once}) {
        for (const char* status : {"ENABLED", "DISABLED"}) {
            for (const char* completion : {"PRESERVE", "NOT PRESERVE"}) {
                d.status = status;
                d.on_completion = completion;
                EXPECT_NE(planned(d, "2026-06-01 12:00:01", policy).action,
                          PlanAction::create_enabled);
            }
        }
    }
    d.status = "ENABLED";
    d.on_completion = "NOT PRESERVE";
    EXPECT_EQ(planned(d, "2026-06-01 12:00:01").action, PlanAction::skip);
    d.on_completion = "PRESERVE";
    EXPECT_EQ(planned(d, "2026-06-01 12:00:01").action, PlanAction::create_disabled);
}

TEST(ReleasePlan, AOneShotSetAnewAfterARunIsStillToRun) {
    ScheduledEventDefinition d = one_shot_event();
    d.last_executed = "2026-05-01 12:00:00";
    EXPECT_FALSE(has_run(d));
    EXPECT_EQ(planned(d, "2026-06-01 11:00:00").action, PlanAction::create_enabled);
}

TEST(ReleasePlan, ARecurringEventIsNeverEnabledWhenNoRunIsLeft) {
    ScheduledEventDefinition d = recurring_event();
    d.ends = "2026-06-01 12:00:00";
    EXPECT_EQ(planned(d, "2026-06-01 11:58:00").action, PlanAction::create_enabled);
    EXPECT_EQ(planned(d, "2026-06-01 12:00:00").action, PlanAction::skip);
    EXPECT_EQ(planned(d, "2026-06-01 13:00:00", ExpiredPolicy::run_once).action, PlanAction::skip);
    d.on_completion = "PRESERVE";
    EXPECT_EQ(planned(d, "2026-06-01 12:00:00").action, PlanAction::create_disabled);
}

TEST(ReleasePlan, EndsMayLieAheadAndYetNoRunBeLeft) {
    ScheduledEventDefinition d = recurring_event();
    d.interval_field = "DAY";
    d.ends = "2026-06-01 12:00:00";
    EXPECT_EQ(planned(d, "2026-06-01 00:00:00").action, PlanAction::skip);
    EXPECT_FALSE(has_run_left(d, at("2026-06-01 00:00:00")).value());
    EXPECT_TRUE(has_run_left(d, at("2026-05-31 23:59:59")).value());
}

TEST(ReleasePlan, WithdrawalReenablesAOneShotThatFellDueMeanwhile) {
    ScheduledEventDefinition d = one_shot_event();
    EXPECT_TRUE(has_run_left(d, at("2026-06-01 12:00:30")).value());
    d.last_executed = "2026-06-01 12:00:00";
    EXPECT_FALSE(has_run_left(d, at("2026-06-01 12:00:30")).value());
}

}  // namespace
}  // namespace penstock::gate
