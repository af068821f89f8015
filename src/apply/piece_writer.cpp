#include "apply/piece_writer.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "apply/checkpoint_image.h"
#include "apply/errors.h"
#include "apply/limits.h"
#include "base/log.h"
#include "binlog/binlog_statement.h"

namespace penstock::apply {
namespace {

using mysql::Connection;

constexpr unsigned er_key_not_found = 1032;
constexpr unsigned er_duplicate_key = 1062;
constexpr std::uint64_t canary_timestamp_us = 0x5EED'CA9A'0000'0001;

bool can_be_in_flight(const Piece& piece) {
    return piece.kind == PieceKind::rows && piece.first && piece.last && !piece.overlap;
}

}  // namespace

PieceWriter::PieceWriter(PieceWriterOptions options, ApplyStats& stats, Connection rows,
                         Connection control, std::size_t depth)
    : options_(std::move(options)),
      stats_(stats),
      rows_(std::move(rows)),
      control_(std::move(control)),
      pipeline_(rows_, {.depth = depth}),
      ddl_({options_.destination, options_.task, options_.token, options_.databases,
            options_.hold}) {}

Result<std::unique_ptr<PieceWriter>> PieceWriter::open(PieceWriterOptions options,
                                                       ApplyStats& stats) {
    PENSTOCK_ASSIGN(const std::size_t depth,
                    mysql::probe_pipeline_depth(options.destination, options.pipeline_depth));
    PENSTOCK_ASSIGN(Connection control, Connection::open(options.destination));
    PENSTOCK_ASSIGN(Connection rows, Connection::open(options.destination));
    std::unique_ptr<PieceWriter> writer(
        new PieceWriter(std::move(options), stats, std::move(rows), std::move(control), depth));
    PENSTOCK_TRY(writer->prepare());
    return writer;
}

Result<void> PieceWriter::prepare() {
    PENSTOCK_TRY(rows_.execute(binlog::format_description_statement(rows_.version().text)));
    PENSTOCK_TRY(rows_.execute("SET SESSION gtid_next='AUTOMATIC'"));
    PENSTOCK_TRY(rows_.execute(
        "SET SESSION transaction_isolation='READ-COMMITTED', rbr_exec_mode='STRICT'"));
    PENSTOCK_ASSIGN(const auto id, rows_.query_value("SELECT CONNECTION_ID()"));
    rows_connection_id_ = id.value_or("");
    PENSTOCK_TRY(skip_units(control_, options_.task, options_.token, units_in_flight_max));
    PENSTOCK_ASSIGN(checkpoint_, load_checkpoint(control_, options_.task, options_.token));
    if (!checkpoint_) return {};
    counted_ = *checkpoint_;
    stats_.pipeline_depth = pipeline_.depth();
    stats_.in_flight = 0;
    return prove_with_canary();
}

Result<void> PieceWriter::prove_with_canary() {
    Checkpoint canary = *checkpoint_;
    canary.timestamp_us = canary_timestamp_us;
    binlog::BinlogStatementBuilder statement;
    PENSTOCK_TRY(CheckpointImage(options_.task, options_.token)
                     .append(statement, checkpoint_->unit, canary));
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

Result<void> PieceWriter::execute(Piece piece) {
    if (can_be_in_flight(piece)) return send(std::move(piece));
    PENSTOCK_TRY(drain());
    return execute_alone(piece);
}

Result<void> PieceWriter::send(Piece piece) {
    if (overlap_) PENSTOCK_TRY(drain());
    PENSTOCK_TRY(set_overlap(false));
    while (!pipeline_.accepts(piece.sql.size())) PENSTOCK_TRY(settle_oldest());
    const auto now = Clock::now();
    const Result<void> sent = [&] {
        const base::WaitTime::Scope awaited(stats_.destination_awaited);
        return pipeline_.send(piece.sql);
    }();
    if (!sent) return tl::unexpected<Error>(give_up(sent.error(), piece.where));
    in_flight_.push_back(
        {std::move(*piece.next), std::move(piece.where), piece.sql.size(), piece.rows, now});
    stats_.in_flight = in_flight_.size();
    raise(stats_.in_flight_max, in_flight_.size());
    return {};
}

Result<void> PieceWriter::settle_oldest() {
    const Result<std::uint64_t> answer = [&] {
        const base::WaitTime::Scope awaited(stats_.destination_awaited);
        return pipeline_.receive();
    }();
    const InFlight oldest = std::move(in_flight_.front());
    in_flight_.pop_front();
    if (!answer) return tl::unexpected<Error>(give_up(answer.error(), oldest.where));
    stats_.in_flight = in_flight_.size();
    stats_.in_flight_sum += in_flight_.size() + 1;
    count(oldest.next, oldest.bytes, oldest.rows, oldest.sent);
    options_.settled(&oldest.next);
    return {};
}

Result<void> PieceWriter::drain() {
    while (!idle()) PENSTOCK_TRY(settle_oldest());
    return {};
}

Result<void> PieceWriter::execute_alone(const Piece& piece) {
    const base::WaitTime::Scope awaited(stats_.destination_awaited);
    if (piece.kind != PieceKind::rows || piece.first) {
        unit_begin_ = Clock::now();
        unit_bytes_ = 0;
        unit_rows_ = 0;
    }
    unit_bytes_ += piece.sql.size();
    unit_rows_ += piece.rows;
    switch (piece.kind) {
        case PieceKind::rows: {
            Result<void> done = execute_rows(piece);
            if (!done) return tl::unexpected<Error>(give_up(std::move(done.error()), piece.where));
            break;
        }
        case PieceKind::ddl:
            PENSTOCK_TRY(ddl_.run(control_, piece.statement, piece.parsed,
                                  piece.next ? &*piece.next : nullptr));
            break;
        case PieceKind::hold:
            PENSTOCK_TRY(ddl_.hold(control_, piece.statement, piece.parsed, *piece.next));
            break;
    }
    if (piece.next) count(*piece.next, unit_bytes_, unit_rows_, unit_begin_);
    options_.settled(piece.next ? &*piece.next : nullptr);
    return {};
}

Result<void> PieceWriter::execute_rows(const Piece& piece) {
    if (piece.first) {
        PENSTOCK_TRY(set_overlap(piece.overlap));
        PENSTOCK_TRY(rows_.execute("BEGIN"));
    }
    if (!piece.sql.empty()) PENSTOCK_TRY(rows_.execute(piece.sql));
    if (!piece.last) return {};
    // In an overlap a missing checkpoint row would be passed over like any other, so SQL moves it,
    // which can't be.
    if (piece.overlap) {
        PENSTOCK_TRY(move_checkpoint(rows_, options_.task, options_.token, *piece.next));
    }
    PENSTOCK_TRY(rows_.execute("COMMIT"));
    return {};
}

Result<void> PieceWriter::set_overlap(bool overlap) {
    if (overlap == overlap_) return {};
    PENSTOCK_TRY(rows_.execute(overlap ? "SET SESSION rbr_exec_mode='IDEMPOTENT'"
                                       : "SET SESSION rbr_exec_mode='STRICT'"));
    overlap_ = overlap;
    return {};
}

void PieceWriter::count(const Checkpoint& next, std::size_t bytes, std::uint64_t rows,
                        Clock::time_point begin) {
    const auto now = Clock::now();
    const auto taken =
        std::chrono::duration_cast<std::chrono::microseconds>(now - std::max(begin, answered_));
    const auto taken_us = static_cast<std::uint64_t>(taken.count());
    answered_ = now;
    ++stats_.units;
    stats_.statement_bytes += bytes;
    stats_.transactions += next.transactions - counted_.transactions;
    stats_.rows += next.row_changes - counted_.row_changes;
    stats_.rows_written += rows;
    stats_.commit_us += taken_us;
    stats_.commit_times.add(taken);
    raise(stats_.commit_us_max, taken_us);
    counted_.transactions = next.transactions;
    counted_.row_changes = next.row_changes;
}

Error PieceWriter::give_up(Error error, const std::string& where) {
    const unsigned number = rows_.last_error_number();
    if (idle()) {
        static_cast<void>(rows_.execute("ROLLBACK"));  // the connection ends after this anyway
    } else if (error.code != mysql::error_connection_lost) {
        // Units behind this one can't commit, but each may wait for locks: end them.
        const auto killed = control_.execute(fmt::format("KILL {}", rows_connection_id_));
        if (!killed) base::log_debug("apply", "{}", killed.error().text);
    }
    while (!idle()) static_cast<void>(pipeline_.receive());
    stats_.in_flight = 0;
    if (number == er_key_not_found) {
        // Either a row of the data or the checkpoint's own row is missing: the token tells.
        auto checkpoint = load_checkpoint(control_, options_.task, options_.token);
        if (!checkpoint) return checkpoint.error();
    }
    if (number == er_key_not_found || number == er_duplicate_key) {
        error.code = error_rows_refused;
        error.remedy =
            "source and destination differ there: was the destination written to by somebody "
            "else? \"penstock verify\" finds the rows";
    }
    error.text += fmt::format(" (unit that ends with the {})", where);
    return error;
}

}  // namespace penstock::apply
