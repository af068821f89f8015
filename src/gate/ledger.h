// Ledger: what is known of the source's scheduled events while the gate holds them back.
//
// It lives on the destination: penstock.gate has one row a task, penstock.scheduled_event one a
// (task, source schema, source name), penstock.scheduled_event_statement one a statement of the
// stream that concerned events, and penstock.scheduled_event_fence what was done to the source
// during a release. Event DDL of the stream never reaches the destination: hold() writes it down,
// inside the caller's open transaction, so that ledger and checkpoint move together; a statement
// whose GTID is already written down changes nothing.
//
// The stream says that something changed and in which order. The definition that is released comes
// from the source's catalogue, read after the fence: entries changed by the stream are marked
// needs_read until then.
//
// A Ledger has no connection of its own: any thread, one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gate/event_statement.h"
#include "gate/policy.h"
#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/ddl.h"
#include "schema/definitions.h"
#include "schema/stream_statement.h"

namespace penstock::gate {

struct LedgerOptions {
    std::string task;
    std::vector<std::string> databases;  // the selected ones, as spelled on the source
    bool migrate_events = true;          // false: event DDL is consumed and counted as ignored
    FencePolicy fence = FencePolicy::events;
};

// What hold() did with a statement, for logs and counters.
enum class HoldEffect : std::uint8_t {
    created,
    altered,
    renamed,
    dropped,       // by an operator, or with its schema
    completed,     // dropped by the source itself after its last run
    unchanged,     // IF NOT EXISTS on an existing one, IF EXISTS on a missing one
    ignored,       // of a database that isn't selected, or events aren't migrated
    too_late,      // arrived after the gate had opened: reported, not applied
    already_held,  // this GTID was written down before
};
[[nodiscard]] std::string_view to_string(HoldEffect effect);

class Ledger {
public:
    explicit Ledger(LedgerOptions options);

    // Creates the tables if there are none (in the existing database `penstock`), and the task's
    // gate row. DDL: not inside a transaction.
    [[nodiscard]] Result<void> prepare(mysql::Connection& destination);

    // Stores the events of the snapshot inside the caller's open transaction, together with what
    // else says where the snapshot begins. Once stored, further calls change nothing: the stream
    // has gone on since. `gtid_set` is the source's set they were read at.
    [[nodiscard]] Result<void> load_snapshot(
        mysql::Connection& open_transaction,
        const std::vector<schema::ScheduledEventDefinition>& definitions,
        std::string_view gtid_set);

    // For each statement of class `scheduled_event`, and each DROP DATABASE; others are left alone
    // (answer: unchanged). `open_transaction` is the caller's, which commits it with its
    // checkpoint. On an error the caller rolls back and stops: nothing is guessed.
    [[nodiscard]] Result<HoldEffect> hold(mysql::Connection& open_transaction,
                                          const schema::StreamStatement& stream,
                                          const schema::Statement& statement);

    [[nodiscard]] const LedgerOptions& options() const { return options_; }

private:
    LedgerOptions options_;
};

// Asks for the release: what `penstock events migrate` writes and the running task sees. Refused
// with error_already_open (who, when) once the gate is open, and with error_release_pending while
// another request is under way.
[[nodiscard]] Result<void> request_release(mysql::Connection& destination, std::string_view task,
                                           std::string_view by, std::string_view reason);

// Takes a request back that the running task has not finished: the release is withdrawn at its next
// step, unless events have been enabled already.
[[nodiscard]] Result<void> request_withdrawal(mysql::Connection& destination,
                                              std::string_view task);

}  // namespace penstock::gate
