// DdlRunner: executes a DDL statement of the stream on the destination exactly once.
//
// A DDL statement can't share a transaction with the checkpoint. So: the intent is journalled
// (fenced), the statement runs under the source's own GTID, then checkpoint and journal move
// together. The destination's server refuses to run the same GTID twice, so that after a crash its
// executed set says whether the statement happened. A GTID that is executed there without an intent
// of ours is somebody else's: the task stops.
//
// One thread: the writer's.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "apply/checkpoint.h"
#include "mysql/connection.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"
#include "schema/ddl.h"
#include "schema/stream_statement.h"

namespace penstock::apply {

// Told of every statement that concerns scheduled events, in the transaction that moves the
// checkpoint past it: event DDL, and DDL on databases. Wired to the gate's ledger by the task.
using HoldStatement = std::function<Result<void>(
    mysql::Connection& transaction, const schema::StreamStatement&, const schema::Statement&)>;

struct DdlRunnerOptions {
    mysql::Endpoint destination;
    std::string task;
    std::uint64_t token = 0;
    std::set<std::string> databases;  // the selected ones: only they may be a default schema
    HoldStatement hold;
};

class DdlRunner {
public:
    explicit DdlRunner(DdlRunnerOptions options);

    // Runs `statement`, then moves the checkpoint to `next`. `next` null: the statement is the
    // first part of a transaction whose rows follow (CREATE TABLE … SELECT) and will move it
    // themselves. `control` is a connection of the caller outside any transaction.
    [[nodiscard]] Result<void> run(mysql::Connection& control,
                                   const schema::StreamStatement& statement,
                                   const schema::Statement& parsed, const Checkpoint* next);

    // Hands a statement to the gate and moves the checkpoint, in one transaction.
    [[nodiscard]] Result<void> hold(mysql::Connection& control,
                                    const schema::StreamStatement& statement,
                                    const schema::Statement& parsed, const Checkpoint& next);

private:
    // What the journal and the destination's executed set say of a GTID.
    struct Known {
        bool intended = false;
        bool executed = false;
    };
    [[nodiscard]] Result<Known> look_up(mysql::Connection& control, const std::string& gtid);
    [[nodiscard]] Result<void> journal_intent(mysql::Connection& control,
                                              const schema::StreamStatement& statement);
    [[nodiscard]] Result<void> execute(mysql::Connection& control,
                                       const schema::StreamStatement& statement,
                                       const schema::Statement& parsed);
    [[nodiscard]] Result<void> finish(mysql::Connection& control,
                                      const schema::StreamStatement& statement,
                                      const schema::Statement& parsed, const Checkpoint* next);

    const DdlRunnerOptions options_;
};

}  // namespace penstock::apply
