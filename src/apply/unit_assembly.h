// UnitAssembly: the unit that is being put together, and the pieces that it becomes.
//
// Rows are packed into one statement as long as their flags agree and there is room; then the
// statement leaves as a piece, and the unit goes on in another. A unit that never needed a second
// one is a single atomic statement. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "apply/checkpoint_image.h"
#include "apply/piece.h"
#include "apply/stream_decoder.h"
#include "binlog/binlog_statement.h"

namespace penstock::apply {

// Rows of one table, kind and set of columns.
struct PackedRows {
    binlog::RowsKind kind = binlog::RowsKind::write;
    base::Bytes columns_before;
    base::Bytes columns_after;
    base::Bytes images;  // one after the other
    std::uint64_t count = 0;
    std::uint16_t flags = 0;
};

class UnitAssembly {
public:
    // Takes a piece; an error (cancelled) ends the grouping.
    using Emit = std::function<Result<void>(Piece)>;

    // `from`: what is applied already.
    UnitAssembly(std::string task, std::uint64_t token, std::size_t statement_bytes_max,
                 Checkpoint from, Emit emit);

    // The checkpoint as it will be after what was taken so far; its unit is the last one closed.
    [[nodiscard]] Checkpoint& next() { return next_; }
    [[nodiscard]] const Checkpoint& next() const { return next_; }

    // The transaction that follows, for messages; and whether it is of the overlap, which may
    // change between units only.
    void enter(const TransactionStart& transaction, bool overlap);
    [[nodiscard]] bool is_overlap() const { return overlap_; }
    [[nodiscard]] std::string where() const;

    // May emit what was there before.
    [[nodiscard]] Result<void> add(const binlog::TableMap& table, const PackedRows& rows);
    // Emits what is there, so that it needn't be kept until the unit ends.
    [[nodiscard]] Result<void> emit_part();
    // The unit ends here: moves the checkpoint to next().
    [[nodiscard]] Result<void> close();
    // A piece that is a unit by itself, or begins one: between units only.
    [[nodiscard]] Result<void> emit_alone(Piece piece);

    // Of the statement under way, in bytes.
    [[nodiscard]] std::size_t statement_bytes() const { return statement_.size(); }
    // A part was emitted: the unit is a transaction of several statements.
    [[nodiscard]] bool has_parts() const { return started_; }

private:
    [[nodiscard]] Result<void> emit(bool last);

    const CheckpointImage image_;
    const Emit emit_;
    Checkpoint next_;
    binlog::BinlogStatementBuilder statement_;
    std::uint64_t statement_rows_ = 0;
    TransactionStart transaction_;
    bool overlap_ = false;
    bool started_ = false;
};

}  // namespace penstock::apply
