// ReleaseContext: what the steps of a release share: the two connections, the options, and how a
// step is announced, owned and interrupted. References are borrowed for the release's duration.
#pragma once

#include <functional>
#include <string>

#include "gate/gate_row.h"
#include "gate/release.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::gate {

struct ReleaseContext {
    mysql::Connection& source;
    mysql::Connection& destination;
    const ReleaseOptions& options;
    const ReleaseCallbacks& callbacks;
    bool with_stream = true;  // false: release_without_gate
    GateState state = GateState::holding;
    ReleaseReport report;

    // Announces a step that is about to be made.
    void announce(std::string step, std::size_t done = 0, std::size_t total = 0) const;
    // A transaction on the destination that begins with the owner's check.
    [[nodiscard]] Result<void> owned(const std::function<Result<void>()>& body) const;
    // One statement in such a transaction.
    [[nodiscard]] Result<void> owned_execute(const std::string& sql) const;
    // Moves the gate from `state`, in a transaction of its own.
    [[nodiscard]] Result<void> move(GateMove move, std::string_view assignments = {});
    // A stop or a withdrawal that was asked for, as an error; to be called wherever one waits.
    [[nodiscard]] Result<void> check_interruption() const;
};

}  // namespace penstock::gate
