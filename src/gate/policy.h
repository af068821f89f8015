// Policies of the event gate: what the task file may choose. Values and names, pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::gate {

// How the source's events are taken out of action before the destination's start. After the gate
// has opened they stay so: at any moment at most one side is armed.
enum class FencePolicy : std::uint8_t {
    events,     // each enabled event of the selected databases is disabled, unlogged
    scheduler,  // SET GLOBAL event_scheduler=OFF
    none,       // left running: events run on both sides; only with the user's acknowledgement
};

// What becomes of an event that fell due while it was fenced, so that it ran on neither side.
enum class ExpiredPolicy : std::uint8_t {
    skip,      // not created, reported
    disabled,  // created, disabled
    run_once,  // a one-shot is given a new time a moment ahead; a recurring one is skipped
};

[[nodiscard]] std::string_view to_string(FencePolicy policy);
[[nodiscard]] std::string_view to_string(ExpiredPolicy policy);
[[nodiscard]] std::optional<FencePolicy> fence_policy(std::string_view text);
[[nodiscard]] std::optional<ExpiredPolicy> expired_policy(std::string_view text);

}  // namespace penstock::gate
