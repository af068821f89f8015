#include "gate/gate_state.h"

#include <array>

namespace penstock::gate {
namespace {

struct Transition {
    GateState from;
    GateMove move;
    GateState to;
};

constexpr std::array transitions{
    Transition{GateState::holding, GateMove::arm, GateState::armed},
    Transition{GateState::armed, GateMove::fence, GateState::fencing},
    Transition{GateState::fencing, GateMove::drain, GateState::draining},
    Transition{GateState::draining, GateMove::prove, GateState::proving},
    Transition{GateState::draining, GateMove::release, GateState::releasing},
    Transition{GateState::proving, GateMove::release, GateState::releasing},
    Transition{GateState::releasing, GateMove::open, GateState::open},
    Transition{GateState::releasing, GateMove::fail, GateState::failed},
    Transition{GateState::failed, GateMove::retry, GateState::releasing},
    Transition{GateState::holding, GateMove::withdraw, GateState::holding},
    Transition{GateState::armed, GateMove::withdraw, GateState::holding},
    Transition{GateState::fencing, GateMove::withdraw, GateState::holding},
    Transition{GateState::draining, GateMove::withdraw, GateState::holding},
    Transition{GateState::proving, GateMove::withdraw, GateState::holding},
    Transition{GateState::releasing, GateMove::withdraw, GateState::holding},
};

struct StateName {
    GateState state;
    std::string_view text;
};

constexpr std::array state_names{
    StateName{GateState::holding, "holding"}, StateName{GateState::armed, "armed"},
    StateName{GateState::fencing, "fencing"}, StateName{GateState::draining, "draining"},
    StateName{GateState::proving, "proving"}, StateName{GateState::releasing, "releasing"},
    StateName{GateState::open, "open"},       StateName{GateState::failed, "failed"},
};

}  // namespace

std::optional<GateState> next_state(GateState from, GateMove move) {
    for (const Transition& transition : transitions) {
        if (transition.from == from && transition.move == move) return transition.to;
    }
    return std::nullopt;
}

std::string_view to_string(GateState state) {
    for (const StateName& name : state_names) {
        if (name.state == state) return name.text;
    }
    return "?";
}

std::string_view to_string(GateMove move) {
    switch (move) {
        case GateMove::arm:
            return "arm";
        case GateMove::fence:
            return "fence";
        case GateMove::drain:
            return "drain";
        case GateMove::prove:
            return "prove";
        case GateMove::release:
            return "release";
        case GateMove::open:
            return "open";
        case GateMove::withdraw:
            return "withdraw";
        case GateMove::fail:
            return "fail";
        case GateMove::retry:
            return "retry";
    }
    return "?";
}

std::optional<GateState> gate_state(std::string_view text) {
    for (const StateName& name : state_names) {
        if (name.text == text) return name.state;
    }
    return std::nullopt;
}

}  // namespace penstock::gate
