// The release: from the held ledger to events that run on the destination, once per task.
//
//   armed      each event is created disabled on the destination, read back and dropped: a
//   rehearsal fencing    the source's events are taken out of action; what they were is written
//   down first draining   runs under way on the source end proving    a marker committed on the
//   source after the drain is contained in the applied set;
//              then the source's catalogue must agree with the ledger
//   releasing  each event is created disabled with its whole context, read back, enabled, read back
//
// penstock.gate is moved before each step is begun, and each step can be repeated, so that after a
// crash anywhere the same call goes on. Up to the first enabled event any definite error, a
// stop or a withdrawal undoes the whole: the source's events are as before, and the destination
// has no trace. A transient error (a lost connection) changes nothing and is returned: call again
// with new connections. After the first enabled event an error ends in `failed`; a new request
// takes it up again.
//
// The calling thread works with both connections exclusively; the data plane goes on meanwhile on
// others. Callbacks are called on this thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gate/gate_state.h"
#include "gate/policy.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::gate {

struct ReleaseOptions {
    std::string task;
    std::vector<std::string> databases;
    FencePolicy fence = FencePolicy::events;
    ExpiredPolicy expired = ExpiredPolicy::skip;
    std::chrono::milliseconds drain_timeout{60'000};
    std::chrono::milliseconds prove_timeout{60'000};
    std::chrono::milliseconds poll_interval{100};
    // An event due within this of now is treated as expired: it could fall due half-created.
    std::chrono::seconds guard{2};
    std::stop_token stop;
};

struct ReleaseProgress {
    GateState state = GateState::holding;
    std::string step;  // "fence shop.nightly", "create shop.nightly", …
    std::size_t done = 0;
    std::size_t total = 0;  // 0: not counted
};

struct ReleaseCallbacks {
    // How many transactions of `gtid_set` have not been applied yet, durably. Not used by
    // release_without_gate.
    std::function<Result<std::uint64_t>(const std::string& gtid_set)> transactions_missing;
    // Called first in each transaction that writes the ledger: fails if another owner has taken the
    // task over (SELECT token … FOR SHARE). May be empty.
    std::function<Result<void>(mysql::Connection& open_transaction)> check_owner;
    // Before each step. May be empty.
    std::function<void(const ReleaseProgress&)> progress;
};

enum class ReleaseOutcome : std::uint8_t {
    not_requested,  // the gate holds and nobody asked
    opened,         // by this call
    already_open,
    withdrawn,  // all undone; `blocker` says why
};

struct ReleaseReport {
    ReleaseOutcome outcome = ReleaseOutcome::not_requested;
    std::optional<Error> blocker;
    std::size_t released = 0;  // created, with their wanted status
    std::size_t skipped = 0;   // expired, or had run on the source
    std::vector<std::string> notes;
};

// Carries out a pending request (see request_release), or goes on with an interrupted one.
[[nodiscard]] Result<ReleaseReport> release(mysql::Connection& source,
                                            mysql::Connection& destination,
                                            const ReleaseOptions& options,
                                            const ReleaseCallbacks& callbacks);

// For a task without incremental write, at the end of schema migration 2: asks for itself, and does
// the same without the proof; the source's catalogue decides what exists.
[[nodiscard]] Result<ReleaseReport> release_without_gate(mysql::Connection& source,
                                                         mysql::Connection& destination,
                                                         const ReleaseOptions& options,
                                                         const ReleaseCallbacks& callbacks);

}  // namespace penstock::gate
