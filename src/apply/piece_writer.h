// PieceWriter: executes pieces on the destination, in order.
//
// A unit of one statement is sent without waiting for those before it (mysql/pipeline.h). It moves
// the checkpoint from the number of the unit before, so behind a unit that failed each fails, too.
// Everything else - DDL, statements for the gate, units of several statements, units of the
// overlap - is a barrier: what is in flight is answered first.
//
// A former writer's units may still be in flight on a connection that was lost, and a new attempt
// cuts units elsewhere: an old unit that found the checkpoint at its number would apply
// transactions a second time. So opening a writer passes over as many numbers of units as can be in
// flight, and none of the old ones is met again.
//
// One thread. An error leaves the unit it happened in undone and ends those behind it: the writer
// is then of no more use, and a new one starts from the checkpoint.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "apply/apply_stats.h"
#include "apply/checkpoint.h"
#include "apply/ddl_runner.h"
#include "apply/piece.h"
#include "mysql/connection.h"
#include "mysql/pipeline.h"
#include "penstock/result.h"

namespace penstock::apply {

struct PieceWriterOptions {
    mysql::Endpoint destination;
    std::string task;
    std::uint64_t token = 0;
    std::set<std::string> databases;
    HoldStatement hold;
    std::size_t pipeline_depth = 1;
    // Called for each piece that was executed, in order; `next` is null in the middle of a unit.
    std::function<void(const Checkpoint* next)> settled;
};

class PieceWriter {
public:
    // Connects, prepares the session for BINLOG statements, passes over the numbers of a former
    // writer, and proves with a canary (a row image applied, read back and rolled back) that the
    // destination takes row images as it should.
    [[nodiscard]] static Result<std::unique_ptr<PieceWriter>> open(PieceWriterOptions options,
                                                                   ApplyStats& stats);
    PieceWriter(const PieceWriter&) = delete;
    PieceWriter& operator=(const PieceWriter&) = delete;

    // As it was found by open(); nullopt: the task has none.
    [[nodiscard]] const std::optional<Checkpoint>& checkpoint() const { return checkpoint_; }

    // Executes a piece, or sends it; waits only where there is no room in the pipeline.
    [[nodiscard]] Result<void> execute(Piece piece);
    [[nodiscard]] bool idle() const { return pipeline_.in_flight() == 0; }
    // Waits for the oldest unit in flight. Not to be called when idle().
    [[nodiscard]] Result<void> settle_oldest();
    // Waits for all that is in flight.
    [[nodiscard]] Result<void> drain();

private:
    using Clock = std::chrono::steady_clock;
    struct InFlight {
        Checkpoint next;
        std::string where;
        std::size_t bytes = 0;
        std::uint64_t rows = 0;
        Clock::time_point sent;
    };

    PieceWriter(PieceWriterOptions options, ApplyStats& stats, mysql::Connection rows,
                mysql::Connection control, std::size_t depth);
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> prove_with_canary();
    [[nodiscard]] Result<void> send(Piece piece);
    [[nodiscard]] Result<void> execute_alone(const Piece& piece);
    [[nodiscard]] Result<void> execute_rows(const Piece& piece);
    [[nodiscard]] Result<void> set_overlap(bool overlap);
    void count(const Checkpoint& next, std::size_t bytes, std::uint64_t rows,
               Clock::time_point begin);
    // Ends the connection that writes with all that is in flight, and says more about the error.
    [[nodiscard]] Error give_up(Error error, const std::string& where);

    PieceWriterOptions options_;
    ApplyStats& stats_;
    mysql::Connection rows_;     // BINLOG statements and their transactions
    mysql::Connection control_;  // DDL journal, checkpoint reads, the gate's ledger
    mysql::Pipeline pipeline_;   // over rows_
    DdlRunner ddl_;
    std::optional<Checkpoint> checkpoint_;
    std::string rows_connection_id_;  // as the server itself counts it
    bool overlap_ = false;            // rows_ is in IDEMPOTENT mode
    std::deque<InFlight> in_flight_;
    Clock::time_point answered_;  // the last answer
    std::size_t unit_bytes_ = 0;  // of a unit of several pieces, so far
    std::uint64_t unit_rows_ = 0;
    Clock::time_point unit_begin_;
    Checkpoint counted_;  // what stats_ contains
};

}  // namespace penstock::apply
