// GateState: where the event gate of a task stands, and the moves there are, as data.
//
//   holding → armed → fencing → draining → proving → releasing → open
//
// Each middle state goes back to holding when the release is withdrawn (by a blocker, by a stop);
// in holding a request is withdrawn that nobody has begun with.
// Once an event has been enabled there is no way back: releasing ends in open or in failed, and
// failed can only be taken up again. A task without incremental write has nothing to prove: it goes
// from draining to releasing. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::gate {

enum class GateState : std::uint8_t {
    holding,    // events are kept in the ledger; nothing of them exists on the destination
    armed,      // release asked for: rehearsing each event on the destination
    fencing,    // taking the events out of action on the source
    draining,   // waiting for runs under way on the source to end
    proving,    // waiting until the destination has applied a marker committed after the drain
    releasing,  // creating, reading back and enabling
    open,       // done, for good
    failed,     // stopped in releasing with some events enabled; needs the operator
};

enum class GateMove : std::uint8_t {
    arm,
    fence,
    drain,
    prove,
    release,
    open,
    withdraw,
    fail,
    retry,
};

// Where `move` leads from `from`; nullopt: there is no such move.
[[nodiscard]] std::optional<GateState> next_state(GateState from, GateMove move);

[[nodiscard]] std::string_view to_string(GateState state);
[[nodiscard]] std::string_view to_string(GateMove move);
[[nodiscard]] std::optional<GateState> gate_state(std::string_view text);

}  // namespace penstock::gate
