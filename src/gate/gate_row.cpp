#include "gate/gate_row.h"

#include <fmt/format.h>
#include <cstdlib>

#include "base/assert.h"
#include "gate/errors.h"

namespace penstock::gate {
namespace {

constexpr std::string_view columns =
    "task, migrate_events, state, withdrawing, withdrawal_asked, fence, "
    "COALESCE(CAST(requested_at AS CHAR), ''), requested_by, request_reason, "
    "COALESCE(CAST(opened_at AS CHAR), ''), opened_by, scheduler_before, marker, lag_seconds, "
    "lag_transactions, step, message, snapshot_loaded, ignored_statements";

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

Error bad_ledger(std::string_view task, std::string_view what, std::string_view value) {
    return Error{ErrorKind::definite, error_bad_ledger,
                 fmt::format("gate of task \"{}\": unknown {} \"{}\"", task, what, value),
                 "Use the penstock version that wrote it"};
}

Result<GateRow> row_from(const mysql::ResultSet& rows) {
    GateRow gate;
    std::size_t at = 0;
    const auto next = [&] { return rows.text(0, at++); };
    gate.task = next();
    gate.migrate_events = next() == "1";
    const std::string state = next();
    const std::optional<GateState> known_state = gate_state(state);
    if (!known_state) return tl::unexpected<Error>(bad_ledger(gate.task, "state", state));
    gate.state = *known_state;
    gate.withdrawing = next() != "0";  // 2: and the request is kept
    gate.withdrawal_asked = next() == "1";
    const std::string fence = next();
    const std::optional<FencePolicy> known_fence = fence_policy(fence);
    if (!known_fence) return tl::unexpected<Error>(bad_ledger(gate.task, "fence", fence));
    gate.fence = *known_fence;
    for (std::string* text :
         {&gate.requested_at, &gate.requested_by, &gate.request_reason, &gate.opened_at,
          &gate.opened_by, &gate.scheduler_before, &gate.marker}) {
        *text = next();
    }
    const mysql::Row& row = rows.row(0);
    if (row.at(at)) gate.lag_seconds = std::strtod(rows.text(0, at).c_str(), nullptr);
    ++at;
    if (row.at(at)) gate.lag_transactions = std::strtoull(rows.text(0, at).c_str(), nullptr, 10);
    ++at;
    gate.step = next();
    gate.message = next();
    gate.snapshot_loaded = next() == "1";
    gate.ignored_statements = std::strtoull(next().c_str(), nullptr, 10);
    return gate;
}

}  // namespace

std::string gate_table_sql() {
    return "CREATE TABLE IF NOT EXISTS penstock.gate ("
           "task VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, "
           "migrate_events TINYINT NOT NULL, "
           "state VARCHAR(16) NOT NULL DEFAULT 'holding', "
           "withdrawing TINYINT NOT NULL DEFAULT 0, "
           "withdrawal_asked TINYINT NOT NULL DEFAULT 0, "
           "fence VARCHAR(16) NOT NULL, "
           "requested_at DATETIME(6) NULL, "
           "requested_by VARCHAR(255) NOT NULL DEFAULT '', "
           "request_reason VARCHAR(4096) NOT NULL DEFAULT '', "
           "opened_at DATETIME(6) NULL, "
           "opened_by VARCHAR(255) NOT NULL DEFAULT '', "
           "scheduler_before VARCHAR(16) NOT NULL DEFAULT '', "
           "marker LONGTEXT NOT NULL DEFAULT (''), "
           "lag_seconds DOUBLE NULL, "
           "lag_transactions BIGINT UNSIGNED NULL, "
           "step VARCHAR(255) NOT NULL DEFAULT '', "
           "message TEXT NOT NULL DEFAULT (''), "
           "snapshot_loaded TINYINT NOT NULL DEFAULT 0, "
           "snapshot_gtid_set LONGTEXT NOT NULL DEFAULT (''), "
           "ignored_statements BIGINT UNSIGNED NOT NULL DEFAULT 0"
           ") ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4";
}

Result<std::optional<GateRow>> read_gate(mysql::Connection& connection, std::string_view task,
                                         bool lock_for_share) {
    PENSTOCK_ASSIGN(
        const mysql::ResultSet rows,
        connection.query(fmt::format("SELECT {} FROM penstock.gate WHERE task={}{}", columns,
                                     literal(task), lock_for_share ? " FOR SHARE" : "")));
    if (rows.row_count() == 0) return std::nullopt;
    PENSTOCK_ASSIGN(GateRow gate, row_from(rows));
    return std::optional<GateRow>(std::move(gate));
}

Result<void> owned_transaction(mysql::Connection& connection, const OwnerCheck& check,
                               const std::function<Result<void>()>& body) {
    PENSTOCK_TRY(connection.execute("START TRANSACTION"));
    const auto run = [&]() -> Result<void> {
        if (check) PENSTOCK_TRY(check(connection));
        PENSTOCK_TRY(body());
        PENSTOCK_TRY(connection.execute("COMMIT"));
        return {};
    };
    Result<void> done = run();
    // After a lost connection there is nothing to roll back; the first error is the one that
    // counts.
    if (!done) static_cast<void>(connection.execute("ROLLBACK"));
    return done;
}

Result<GateState> move_gate(mysql::Connection& connection, std::string_view task, GateState from,
                            GateMove move, std::string_view assignments) {
    const std::optional<GateState> to = next_state(from, move);
    PENSTOCK_ASSERT(to.has_value());
    PENSTOCK_ASSIGN(const std::uint64_t matched,
                    connection.execute(fmt::format(
                        "UPDATE penstock.gate SET state={}{}{} WHERE task={} AND state={}",
                        literal(to_string(*to)), assignments.empty() ? "" : ", ", assignments,
                        literal(task), literal(to_string(from)))));
    if (matched != 1) {
        return fail(ErrorKind::definite, error_lost_race,
                    fmt::format("gate of task \"{}\" is no longer {}: cannot {}", task,
                                to_string(from), to_string(move)),
                    "Another penstock works on this task; look at it with `penstock task show`");
    }
    return *to;
}

Result<void> open_gate(mysql::Connection& connection, std::string_view task,
                       std::string_view message) {
    PENSTOCK_TRY(move_gate(connection, task, GateState::releasing, GateMove::open,
                           fmt::format("opened_at=UTC_TIMESTAMP(6), opened_by=requested_by, "
                                       "step='', message={}",
                                       literal(message))));
    return {};
}

}  // namespace penstock::gate
