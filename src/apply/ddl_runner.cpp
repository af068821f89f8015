#include "apply/ddl_runner.h"

#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

#include "apply/errors.h"
#include "apply/stream_text.h"
#include "base/log.h"
#include "mysql/transaction.h"
#include "schema/session_context.h"

namespace penstock::apply {
namespace {

using mysql::Connection;

constexpr std::size_t statement_shown_max = 300;

std::string place(const schema::StreamStatement& statement) {
    return fmt::format("{}:{}, GTID {}", statement.source_file, statement.source_position,
                       statement.gtid);
}

std::string shown(const schema::StreamStatement& statement) {
    if (statement.sql.size() <= statement_shown_max) return statement.sql;
    return statement.sql.substr(0, statement_shown_max) + "…";
}

Error ddl_failed(Error error, const schema::StreamStatement& statement) {
    if (error.kind == ErrorKind::transient) return error;
    error.remedy =
        error.code == mysql::error_missing_right
            ? "grant the destination's account the right that the message names (for a "
              "tagged GTID TRANSACTION_GTID_TAG, for a definer that has it SYSTEM_USER), "
              "then run the task again: it repeats the statement"
            : "mend the cause on the destination, then run the task again: it repeats "
              "the statement";
    error.code = error_ddl_failed;
    error.text += fmt::format(" ({})", place(statement));
    return error;
}

}  // namespace

DdlRunner::DdlRunner(DdlRunnerOptions options) : options_(std::move(options)) {}

Result<void> DdlRunner::run(Connection& control, const schema::StreamStatement& statement,
                            const schema::Statement& parsed, const Checkpoint* next) {
    PENSTOCK_ASSIGN(const Known known, look_up(control, statement.gtid));
    if (known.executed && !known.intended) {
        return fail(ErrorKind::definite, error_ddl_foreign_gtid,
                    fmt::format("the destination has executed the GTID of a statement that this "
                                "task has not run there ({}): {}",
                                place(statement), shown(statement)),
                    "was the destination once a replica or a copy of the source? Use an empty "
                    "server, or reset its GTIDs (RESET BINARY LOGS AND GTIDS)");
    }
    if (known.executed) {
        base::log_info("apply", "already executed before the interruption: {} ({})",
                       shown(statement), place(statement));
    } else {
        PENSTOCK_TRY(journal_intent(control, statement));
        PENSTOCK_TRY(execute(control, statement, parsed));
    }
    return finish(control, statement, parsed, next);
}

Result<void> DdlRunner::hold(Connection& control, const schema::StreamStatement& statement,
                             const schema::Statement& parsed, const Checkpoint& next) {
    return mysql::in_transaction(control, [&]() -> Result<void> {
        PENSTOCK_TRY(move_checkpoint(control, options_.task, options_.token, next));
        return options_.hold(control, statement, parsed);
    });
}

Result<DdlRunner::Known> DdlRunner::look_up(Connection& control, const std::string& gtid) {
    Known known;
    PENSTOCK_ASSIGN(const auto intended,
                    control.query_value(
                        fmt::format("SELECT 1 FROM penstock.ddl_journal WHERE task={} AND gtid={}",
                                    Connection::quote(options_.task), Connection::quote(gtid))));
    PENSTOCK_ASSIGN(const auto executed, control.query_value(fmt::format(
                                             "SELECT GTID_SUBSET({}, @@GLOBAL.gtid_executed)",
                                             Connection::quote(gtid))));
    known.intended = intended.has_value();
    known.executed = executed == "1";
    return known;
}

Result<void> DdlRunner::journal_intent(Connection& control,
                                       const schema::StreamStatement& statement) {
    return mysql::in_transaction(control, [&]() -> Result<void> {
        PENSTOCK_ASSIGN(const auto owned,
                        control.query_value(fmt::format(
                            "SELECT 1 FROM penstock.checkpoint WHERE task={} AND lane=0 AND"
                            " token={} FOR UPDATE",
                            Connection::quote(options_.task), options_.token)));
        if (!owned) {
            return fail(ErrorKind::refused, error_fenced,
                        fmt::format("task {} was taken over by another owner", options_.task),
                        "let the other process run, or stop it and run again");
        }
        PENSTOCK_TRY(control.execute(fmt::format(
            "INSERT IGNORE INTO penstock.ddl_journal SET task={}, gtid={}, source_file={},"
            " source_position={}, statement=_binary{}, state='intent'",
            Connection::quote(options_.task), Connection::quote(statement.gtid),
            Connection::quote(statement.source_file), statement.source_position,
            Connection::quote(statement.sql))));
        return {};
    });
}

Result<void> DdlRunner::execute(Connection& control, const schema::StreamStatement& statement,
                                const schema::Statement& parsed) {
    // A connection of its own: the statement's session is made from nothing and thrown away.
    PENSTOCK_ASSIGN(Connection connection, Connection::open(options_.destination));
    PENSTOCK_ASSIGN(const schema::SessionContext context, schema::SessionContext::read(connection));
    PENSTOCK_ASSIGN(const std::vector<std::string> session, context.statements_for(statement));
    // A database that is not selected need not exist here; a name that is looked for in it is an
    // error of the statement then.
    if (options_.databases.contains(statement.default_schema) &&
        parsed.kind != schema::StatementClass::database) {
        PENSTOCK_TRY(
            connection.execute("USE " + mysql::quote_identifier(statement.default_schema)));
    }
    for (const std::string& set : session) PENSTOCK_TRY(connection.execute(set));
    PENSTOCK_ASSIGN(const std::string sql, executable_text(control, statement, parsed));
    auto executed = connection.execute(
        fmt::format("SET SESSION gtid_next={}", Connection::quote(statement.gtid)));
    if (executed) executed = connection.execute(sql);
    if (!executed) return tl::unexpected<Error>(ddl_failed(executed.error(), statement));
    PENSTOCK_ASSIGN(const Known known, look_up(control, statement.gtid));
    if (known.executed) return {};
    // A statement that changed nothing may leave its GTID unused; an empty transaction uses it.
    PENSTOCK_TRY(connection.execute("COMMIT"));
    return {};
}

Result<void> DdlRunner::finish(Connection& control, const schema::StreamStatement& statement,
                               const schema::Statement& parsed, const Checkpoint* next) {
    if (next == nullptr) return {};  // the rows' unit moves the checkpoint
    return mysql::in_transaction(control, [&]() -> Result<void> {
        PENSTOCK_TRY(move_checkpoint(control, options_.task, options_.token, *next));
        PENSTOCK_TRY(control.execute(
            fmt::format("UPDATE penstock.ddl_journal SET state='done' WHERE task={} AND gtid={}",
                        Connection::quote(options_.task), Connection::quote(statement.gtid))));
        if (parsed.kind != schema::StatementClass::database) return {};
        return options_.hold(control, statement, parsed);
    });
}

}  // namespace penstock::apply
