#include "gate/gate_state.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace penstock::gate {
namespace {

constexpr std::array all_states{GateState::holding,  GateState::armed,   GateState::fencing,
                                GateState::draining, GateState::proving, GateState::releasing,
                                GateState::open,     GateState::failed};
constexpr std::array all_moves{GateMove::arm,      GateMove::fence,   GateMove::drain,
                               GateMove::prove,    GateMove::release, GateMove::open,
                               GateMove::withdraw, GateMove::fail,    GateMove::retry};

TEST(GateState, AReleaseGoesThroughEveryState) {
    GateState state = GateState::holding;
    for (const GateMove move : {GateMove::arm, GateMove::fence, GateMove::drain, GateMove::prove,
                                GateMove::release, GateMove::open}) {
        const std::optional<GateState> next = next_state(state, move);
        ASSERT_TRUE(next.has_value()) << to_string(state) << " " << to_string(move);
        state = *next;
    }
    EXPECT_EQ(state, GateState::open);
}

TEST(GateState, WithoutAStreamThereIsNothingToProve) {
    EXPECT_EQ(next_state(GateState::draining, GateMove::release), GateState::releasing);
}

TEST(GateState, NothingLeadsOutOfOpen) {
    for (const GateMove move : all_moves) {
        EXPECT_FALSE(next_state(GateState::open, move).has_value()) << to_string(move);
    }
}

TEST(GateState, OnlyReleasingOpensTheGate) {
    for (const GateState state : all_states) {
        EXPECT_EQ(next_state(state, GateMove::open).has_value(), state == GateState::releasing);
    }
}

TEST(GateState, EveryStateBeforeOpenCanBeWithdrawnButFailedCannot) {
    for (const GateState state : all_states) {
        const bool can = state != GateState::open && state != GateState::failed;
        EXPECT_EQ(next_state(state, GateMove::withdraw).has_value(), can) << to_string(state);
        if (can) {
            EXPECT_EQ(next_state(state, GateMove::withdraw), GateState::holding);
        }
    }
}

TEST(GateState, FailedIsOnlyTakenUpAgain) {
    for (const GateMove move : all_moves) {
        EXPECT_EQ(next_state(GateState::failed, move).has_value(), move == GateMove::retry);
    }
    EXPECT_EQ(next_state(GateState::failed, GateMove::retry), GateState::releasing);
}

TEST(GateState, NamesAreUniqueAndReadBack) {
    std::set<std::string> names;
    for (const GateState state : all_states) {
        EXPECT_EQ(gate_state(to_string(state)), state);
        names.insert(std::string(to_string(state)));
    }
    EXPECT_EQ(names.size(), all_states.size());
    EXPECT_FALSE(gate_state("ajar").has_value());
}

}  // namespace
}  // namespace penstock::gate
