#include "cli/release_watch.h"

#include <fmt/format.h>
#include <optional>
#include <thread>

#include "base/errors.h"
#include "base/quantity.h"
#include "cli/errors.h"
#include "gate/errors.h"
#include "gate/ledger.h"

namespace penstock::cli {
namespace {

using gate::GateRow;
using gate::GateState;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{200};
// After a withdrawal was asked for, the running task finishes its step first.
constexpr std::chrono::seconds withdrawal_patience{15};

Result<GateRow> read(mysql::Connection& destination, const std::string& task) {
    PENSTOCK_ASSIGN(auto row, gate::read_gate(destination, task));
    if (!row) {
        return fail(ErrorKind::definite, gate::error_no_gate,
                    fmt::format("task \"{}\" has no event gate", task),
                    "run the task first, with migrate_events = true");
    }
    return *std::move(row);
}

// The end of a release, if this is one: the row where it is open, an error where it is not. The
// row's message is an error's text with its remedy.
std::optional<Result<GateRow>> outcome(const GateRow& row) {
    if (row.state == GateState::open) return row;
    if (!row.requested_at.empty()) return std::nullopt;
    if (row.state == GateState::failed) {
        return fail(ErrorKind::definite, gate::error_release_failed,
                    fmt::format("the release failed: {}", row.message));
    }
    if (row.state == GateState::holding) {
        return fail(ErrorKind::refused, error_withdrawn,
                    fmt::format("the release was withdrawn, all is as before: {}", row.message));
    }
    return std::nullopt;
}

}  // namespace

Result<GateRow> request_and_watch(mysql::Connection& destination, const ReleaseRequest& request,
                                  const ReleaseListener& listener, const std::stop_token& stop) {
    PENSTOCK_TRY(gate::request_release(destination, request.task, request.by, request.reason));
    auto deadline = Clock::now() + request.timeout;
    bool withdrawing = false;
    std::string last;
    while (true) {
        PENSTOCK_ASSIGN(const GateRow row, read(destination, request.task));
        const std::string now = fmt::format("{} {}", gate::to_string(row.state), row.step);
        if (now != last) listener(row);
        last = now;
        if (auto end = outcome(row)) {
            const bool ours = withdrawing && !*end && end->error().code == error_withdrawn;
            if (ours) break;
            return *std::move(end);
        }
        if (Clock::now() >= deadline || (!withdrawing && stop.stop_requested())) {
            if (withdrawing) break;
            withdrawing = true;
            deadline = Clock::now() + withdrawal_patience;
            PENSTOCK_TRY(gate::request_withdrawal(destination, request.task));
        }
        std::this_thread::sleep_for(poll_interval);
    }
    if (stop.stop_requested()) {
        return fail(ErrorKind::cancelled, base::error_cancelled,
                    "stopped; the release was taken back");
    }
    return fail(ErrorKind::definite, error_timeout,
                fmt::format("the events were not migrated within {}; the release was taken back",
                            base::format_duration(
                                std::chrono::ceil<std::chrono::seconds>(request.timeout))),
                "see how far the task is with penstock task show, then ask again, with a longer "
                "--timeout if it needs one");
}

}  // namespace penstock::cli
