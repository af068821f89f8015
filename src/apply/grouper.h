// Grouper: puts whole source transactions together into units, and units into pieces.
//
// A unit is what one destination commit applies: whole transactions, in source order, with the
// checkpoint's move. In mode exact it is one transaction. In the others it is closed by limits of
// bytes, rows, transactions and age, and in any by DDL, at the end of the overlap, or by the caller
// (close_unit) when nothing more is waiting. In mode merged the rows pass through a Merger first. A
// transaction larger than a statement, or a group of the Merger, should be streams through as
// pieces of bounded size. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "apply/limits.h"
#include "apply/merger.h"
#include "apply/mode.h"
#include "apply/overlap.h"
#include "apply/stream_decoder.h"
#include "apply/stream_tables.h"
#include "apply/unit_assembly.h"

namespace penstock::apply {

struct GrouperOptions {
    std::string task;
    std::uint64_t token = 0;
    std::set<std::string> databases;
    Mode mode = Mode::grouped;
    std::uint64_t group_bytes = 0;         // a unit is closed at the boundary that passes this
    std::uint64_t group_transactions = 0;  // or this
    Overlap overlap;
    std::chrono::milliseconds group_age = unit_age_max;
    ReadDestinationTable read_table = {};  // of mode merged
};

class Grouper final : public StreamSink {
public:
    Grouper(GrouperOptions options, Checkpoint from, UnitAssembly::Emit emit);

    [[nodiscard]] Result<void> begin(const TransactionStart& transaction) override;
    [[nodiscard]] Result<void> table_map(const binlog::TableMap& map, base::Bytes event) override;
    [[nodiscard]] Result<void> rows(const binlog::RowsEvent& rows) override;
    [[nodiscard]] Result<void> statement(const schema::StreamStatement& statement) override;
    [[nodiscard]] Result<void> end(const relay::Position& next) override;

    // The stream goes on at the start of another file: closes the unit and moves the checkpoint
    // there, so that the files before are seen to be applied even when no transaction follows soon.
    [[nodiscard]] Result<void> enter_file(const relay::Position& start);
    [[nodiscard]] const relay::Position& position() const { return unit_.next().position; }

    // Whole transactions wait to be closed into a unit.
    [[nodiscard]] bool has_waiting() const { return unit_transactions_ > 0 && !in_transaction_; }
    [[nodiscard]] Result<void> close_unit();
    // They have waited for group_age since the first of them began to be read.
    [[nodiscard]] bool is_old() const;

    [[nodiscard]] std::uint64_t ignored_statements() const { return ignored_statements_; }
    // Of mode merged: rows that were not coalesced.
    [[nodiscard]] std::uint64_t rows_kept_in_order() const {
        return merger_ ? merger_->counters().rows_kept_in_order : 0;
    }

private:
    [[nodiscard]] bool is_merging() const { return merger_ && !unit_.is_overlap(); }
    [[nodiscard]] Result<void> merge(const std::shared_ptr<const StreamTable>& table,
                                     const binlog::RowsEvent& rows, std::uint16_t flags);
    [[nodiscard]] Result<void> add_split_updates(const StreamTable& table,
                                                 const binlog::RowsEvent& rows,
                                                 std::uint16_t flags);
    [[nodiscard]] Result<void> emit_statement(const schema::StreamStatement& statement,
                                              schema::Statement parsed, PieceKind kind);
    // Whether the copy contains what the statement did; an error where only a part of it.
    [[nodiscard]] Result<bool> copied_already(const schema::Statement& parsed) const;
    void count_transaction(const relay::Position& next);
    [[nodiscard]] bool is_full() const;
    [[nodiscard]] Result<void> end_unit();

    const GrouperOptions options_;
    UnitAssembly unit_;
    std::optional<Merger> merger_;  // in mode merged; into unit_
    StreamTables tables_;

    TransactionStart transaction_;
    binlog::StatementFlags statement_flags_;
    bool in_transaction_ = false;
    bool transaction_has_rows_ = false;
    bool statement_ends_transaction_ = false;  // the current one was emitted as a statement
    std::uint64_t unit_transactions_ = 0;
    std::uint64_t unit_rows_begin_ = 0;  // row_changes of the checkpoint before this unit
    std::chrono::steady_clock::time_point unit_begin_;
    std::uint64_t ignored_statements_ = 0;
};

}  // namespace penstock::apply
