// PieceWriter: executes pieces on the destination, in order, and keeps what is known to be applied.
//
// One thread executes; applied() may be asked by any. An error leaves the unit it happened in
// undone: the writer is then of no more use, and a new one starts from the checkpoint.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apply/checkpoint.h"
#include "apply/ddl_runner.h"
#include "apply/piece.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::apply {

struct PieceWriterOptions {
    mysql::Endpoint destination;
    std::string task;
    std::uint64_t token = 0;
    std::set<std::string> databases;
    HoldStatement hold;
};

class PieceWriter {
public:
    // Connects, prepares the session for BINLOG statements, and proves with a canary (a row image
    // applied, read back and rolled back) that the destination takes row images as it should.
    [[nodiscard]] static Result<PieceWriter> open(PieceWriterOptions options);

    // nullopt: the task has no checkpoint.
    [[nodiscard]] Result<std::optional<Checkpoint>> load_checkpoint();
    [[nodiscard]] Result<void> execute(const Piece& piece);

private:
    PieceWriter(PieceWriterOptions options, mysql::Connection rows, mysql::Connection control);
    [[nodiscard]] Result<void> prove_with_canary(const Checkpoint& checkpoint);
    [[nodiscard]] Result<void> execute_rows(const Piece& piece);
    [[nodiscard]] Result<void> set_overlap(bool overlap);
    [[nodiscard]] Error explain(Error error, const Piece& piece);

    PieceWriterOptions options_;
    mysql::Connection rows_;     // BINLOG statements and their transactions
    mysql::Connection control_;  // DDL journal, checkpoint reads, the gate's ledger
    std::unique_ptr<DdlRunner> ddl_;
    bool overlap_ = false;  // rows_ is in IDEMPOTENT mode
};

}  // namespace penstock::apply
