#include <gtest/gtest.h>

#include "fixtures.h"
#include "gate/proof.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

Entry held(const ScheduledEventDefinition& definition) {
    Entry entry;
    entry.definition = definition;
    return entry;
}

FencedEvent fenced(const ScheduledEventDefinition& definition) {
    return {definition, true, "2026-06-01 12:00:00"};
}

ScheduledEventDefinition disabled(ScheduledEventDefinition definition) {
    definition.status = "DISABLED";
    definition.last_altered = "2026-06-01 12:00:00";
    return definition;
}

TEST(ChangesSinceFence, OurOwnFenceIsNone) {
    EXPECT_TRUE(changes_since_fence({fenced(recurring_event())}, {disabled(recurring_event())},
                                    FencePolicy::events)
                    .empty());
}

TEST(ChangesSinceFence, AnEventThatItsLastRunDroppedIsNone) {
    EXPECT_TRUE(changes_since_fence({fenced(one_shot_event())}, {}, FencePolicy::events).empty());
}

TEST(ChangesSinceFence, ANewEnabledOrAlteredEventIsOne) {
    const std::vector<FencedEvent> fence{fenced(recurring_event())};
    EXPECT_EQ(changes_since_fence(fence, {disabled(recurring_event()), one_shot_event()},
                                  FencePolicy::events)
                  .size(),
              1U);
    ScheduledEventDefinition enabled = disabled(recurring_event());
    enabled.status = "ENABLED";
    EXPECT_EQ(changes_since_fence(fence, {enabled}, FencePolicy::events).size(), 1U);
    ScheduledEventDefinition altered = disabled(recurring_event());
    altered.last_altered = "2026-06-01 12:00:05";
    EXPECT_EQ(changes_since_fence(fence, {altered}, FencePolicy::events).size(), 1U);
    altered = disabled(recurring_event());
    altered.comment = "within the same second";
    EXPECT_EQ(changes_since_fence(fence, {altered}, FencePolicy::events).size(), 1U);
}

TEST(ChangesSinceFence, WithTheSchedulerOffEventsStayEnabled) {
    const FencedEvent untouched{recurring_event(), false, ""};
    EXPECT_TRUE(
        changes_since_fence({untouched}, {recurring_event()}, FencePolicy::scheduler).empty());
}

TEST(Disagreements, NoneWhenBothHaveTheSame) {
    EXPECT_TRUE(disagreements({held(recurring_event())}, {disabled(recurring_event())}).empty());
}

TEST(Disagreements, AnEventThatOnlyOneHas) {
    EXPECT_EQ(disagreements({held(recurring_event())}, {}).size(), 1U);
    EXPECT_EQ(disagreements({}, {recurring_event()}).size(), 1U);
    Entry dropped = held(recurring_event());
    dropped.state = EntryState::dropped_on_source;
    EXPECT_TRUE(disagreements({dropped}, {}).empty());
    EXPECT_EQ(disagreements({dropped}, {recurring_event()}).size(), 1U);
}

TEST(Disagreements, AChangeCountsOnlyIfTheStreamKnowsNothingOfIt) {
    ScheduledEventDefinition changed = recurring_event();
    changed.interval_value = "5";
    Entry entry = held(recurring_event());
    EXPECT_EQ(disagreements({entry}, {changed}).size(), 1U);
    entry.needs_read = true;
    EXPECT_TRUE(disagreements({entry}, {changed}).empty());
}

}  // namespace
}  // namespace penstock::gate
