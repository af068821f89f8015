#include "apply/piece_writer.h"

#include <fmt/format.h>
#include <utility>

#include "apply/checkpoint_image.h"
#include "apply/errors.h"
#include "binlog/binlog_statement.h"

namespace penstock::apply {
namespace {

using mysql::Connection;

constexpr unsigned er_key_not_found = 1032;
constexpr unsigned er_duplicate_key = 1062;
constexpr std::uint64_t canary_timestamp_us = 0x5EED'CA9A'0000'0001;

}  // namespace

PieceWriter::PieceWriter(PieceWriterOptions options, Connection rows, Connection control)
    : options_(std::move(options)), rows_(std::move(rows)), control_(std::move(control)) {
    ddl_ = std::make_unique<DdlRunner>(DdlRunnerOptions{
        options_.destination, options_.task, options_.token, options_.databases, options_.hold});
}

Result<PieceWriter> PieceWriter::open(PieceWriterOptions options) {
    PENSTOCK_ASSIGN(Connection control, Connection::open(options.destination));
    PENSTOCK_ASSIGN(Connection rows, Connection::open(options.destination));
    PENSTOCK_TRY(rows.execute(binlog::format_description_statement(rows.version().text)));
    PENSTOCK_TRY(rows.execute("SET SESSION gtid_next='AUTOMATIC'"));
    PENSTOCK_TRY(
        rows.execute("SET SESSION transaction_isolation='READ-COMMITTED', rbr_exec_mode='STRICT'"));
    PieceWriter writer(std::move(options), std::move(rows), std::move(control));
    PENSTOCK_ASSIGN(const std::optional<Checkpoint> checkpoint, writer.load_checkpoint());
    if (checkpoint) PENSTOCK_TRY(writer.prove_with_canary(*checkpoint));
    return writer;
}

Result<std::optional<Checkpoint>> PieceWriter::load_checkpoint() {
    return apply::load_checkpoint(control_, options_.task, options_.token);
}

Result<void> PieceWriter::prove_with_canary(const Checkpoint& checkpoint) {
    Checkpoint canary = checkpoint;
    canary.timestamp_us = canary_timestamp_us;
    binlog::BinlogStatementBuilder statement;
    PENSTOCK_TRY(
        CheckpointImage(options_.task, options_.token).append(statement, checkpoint.unit, canary));
    PENSTOCK_TRY(rows_.execute("BEGIN"));
    PENSTOCK_TRY(rows_.execute(statement.finish()));
    PENSTOCK_ASSIGN(const auto seen,
                    rows_.query_value(fmt::format(
                        "SELECT timestamp_us FROM penstock.checkpoint WHERE task={} AND lane=0",
                        Connection::quote(options_.task))));
    PENSTOCK_TRY(rows_.execute("ROLLBACK"));
    if (seen == std::to_string(canary_timestamp_us)) return {};
    return fail(ErrorKind::refused, error_canary,
                fmt::format("{}: a row image was taken without an error but did not arrive",
                            options_.destination.describe()),
                "is penstock.checkpoint as penstock made it, and the connection direct (no proxy "
                "that splits reads from writes)?");
}

Result<void> PieceWriter::set_overlap(bool overlap) {
    if (overlap == overlap_) return {};
    PENSTOCK_TRY(rows_.execute(overlap ? "SET SESSION rbr_exec_mode='IDEMPOTENT'"
                                       : "SET SESSION rbr_exec_mode='STRICT'"));
    overlap_ = overlap;
    return {};
}

Result<void> PieceWriter::execute(const Piece& piece) {
    switch (piece.kind) {
        case PieceKind::rows: {
            Result<void> done = execute_rows(piece);
            if (!done) return tl::unexpected<Error>(explain(std::move(done.error()), piece));
            return {};
        }
        case PieceKind::ddl:
            return ddl_->run(control_, piece.statement, piece.parsed,
                             piece.next ? &*piece.next : nullptr);
        case PieceKind::hold:
            return ddl_->hold(control_, piece.statement, piece.parsed, *piece.next);
    }
    return {};
}

Result<void> PieceWriter::execute_rows(const Piece& piece) {
    if (piece.first) PENSTOCK_TRY(set_overlap(piece.overlap));
    // A strict unit of one statement is a transaction by itself. In an overlap a missing
    // checkpoint row would be passed over like any other, so SQL moves it, which can't be.
    const bool transaction = piece.overlap || !(piece.first && piece.last);
    if (transaction && piece.first) PENSTOCK_TRY(rows_.execute("BEGIN"));
    if (!piece.sql.empty()) PENSTOCK_TRY(rows_.execute(piece.sql));
    if (!piece.last) return {};
    if (piece.overlap) {
        PENSTOCK_TRY(move_checkpoint(rows_, options_.task, options_.token, *piece.next));
    }
    if (transaction) PENSTOCK_TRY(rows_.execute("COMMIT"));
    return {};
}

Error PieceWriter::explain(Error error, const Piece& piece) {
    const unsigned number = rows_.last_error_number();
    static_cast<void>(rows_.execute("ROLLBACK"));  // the connection is closed after this anyway
    if (number == er_key_not_found) {
        // Either a row of the data or the checkpoint's own row is missing: the token tells.
        auto checkpoint = load_checkpoint();
        if (!checkpoint) return checkpoint.error();
    }
    if (number == er_key_not_found || number == er_duplicate_key) {
        error.code = error_rows_refused;
        error.remedy =
            "source and destination differ there: was the destination written to by somebody "
            "else? \"penstock verify\" finds the rows";
    }
    error.text += fmt::format(" (unit that ends with the {})", piece.where);
    return error;
}

}  // namespace penstock::apply
