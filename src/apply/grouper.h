// Grouper: puts whole source transactions together into units, and units into pieces.
//
// A unit is what one destination commit applies: whole transactions, in source order, with the
// checkpoint's move. In mode exact it is one transaction. In mode grouped it is closed by limits of
// bytes, rows, transactions and age, and in any by DDL, at the end of the overlap, or by the caller
// (close_unit) when nothing more is waiting. A transaction larger than a
// statement should be streams through as pieces of bounded size. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "apply/checkpoint_image.h"
#include "apply/limits.h"
#include "apply/mode.h"
#include "apply/overlap.h"
#include "apply/piece.h"
#include "apply/stream_decoder.h"
#include "binlog/row_layout.h"

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
};

class Grouper final : public StreamSink {
public:
    // Takes a piece; an error (cancelled) ends the grouping.
    using Emit = std::function<Result<void>(Piece)>;

    Grouper(GrouperOptions options, Checkpoint from, Emit emit);

    [[nodiscard]] Result<void> begin(const TransactionStart& transaction) override;
    [[nodiscard]] Result<void> table_map(const binlog::TableMap& map, base::Bytes event) override;
    [[nodiscard]] Result<void> rows(const binlog::RowsEvent& rows) override;
    [[nodiscard]] Result<void> statement(const schema::StreamStatement& statement) override;
    [[nodiscard]] Result<void> end(const relay::Position& next) override;

    // The stream goes on at the start of another file: closes the unit and moves the checkpoint
    // there, so that the files before are seen to be applied even when no transaction follows soon.
    [[nodiscard]] Result<void> enter_file(const relay::Position& start);
    [[nodiscard]] const relay::Position& position() const { return next_.position; }

    // Whole transactions wait to be closed into a unit.
    [[nodiscard]] bool has_waiting() const { return unit_transactions_ > 0 && !in_transaction_; }
    [[nodiscard]] Result<void> close_unit();
    // They have waited for group_age since the first of them began to be read.
    [[nodiscard]] bool is_old() const;

    [[nodiscard]] std::uint64_t ignored_statements() const { return ignored_statements_; }

private:
    // A table map of the current transaction, kept because the stream's bytes are borrowed.
    struct Table {
        std::string event;
        binlog::TableMap map;
        bool passed_over = false;
        std::shared_ptr<const binlog::RowLayout> layout;  // null where passed over
    };

    [[nodiscard]] Result<void> add_rows(Table& table, const binlog::RowsEvent& rows,
                                        std::uint16_t flags);
    [[nodiscard]] Result<void> add_split_updates(Table& table, const binlog::RowsEvent& rows,
                                                 std::uint16_t flags);
    [[nodiscard]] Result<void> count_rows(const Table& table, const binlog::RowsEvent& rows);
    [[nodiscard]] Result<std::shared_ptr<const binlog::RowLayout>> layout_of(
        const binlog::TableMap& map);
    [[nodiscard]] Result<void> make_room(std::uint16_t flags);
    [[nodiscard]] Result<void> emit_unit();
    [[nodiscard]] Result<void> emit_part(bool last);
    [[nodiscard]] Result<void> emit_statement(const schema::StreamStatement& statement,
                                              schema::Statement parsed, PieceKind kind);
    // Whether the copy contains what the statement did; an error where only a part of it.
    [[nodiscard]] Result<bool> copied_already(const schema::Statement& parsed) const;
    [[nodiscard]] std::string where() const;
    void count_transaction(const relay::Position& next);
    [[nodiscard]] bool is_full() const;

    const GrouperOptions options_;
    const CheckpointImage image_;
    const Emit emit_;
    Checkpoint next_;  // as it will be after what was taken so far; its unit is the last one closed
    binlog::BinlogStatementBuilder statement_;
    std::unordered_map<std::uint64_t, Table> tables_;  // of the current transaction, by table id
    // Compiled once per table definition.
    std::unordered_map<std::string, std::shared_ptr<const binlog::RowLayout>> layouts_;

    TransactionStart transaction_;
    binlog::StatementFlags statement_flags_;
    bool in_transaction_ = false;
    bool transaction_has_rows_ = false;
    bool statement_ends_transaction_ = false;  // the current one was emitted as a statement
    bool unit_overlap_ = false;
    bool unit_started_ = false;  // a first piece was emitted
    std::uint64_t unit_transactions_ = 0;
    std::uint64_t unit_rows_begin_ = 0;  // row_changes of the checkpoint before this unit
    std::chrono::steady_clock::time_point unit_begin_;
    std::uint64_t ignored_statements_ = 0;
};

}  // namespace penstock::apply
