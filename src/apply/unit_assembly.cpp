#include "apply/unit_assembly.h"

#include <fmt/format.h>
#include <utility>

#include "base/assert.h"

namespace penstock::apply {

UnitAssembly::UnitAssembly(std::string task, std::uint64_t token, std::size_t statement_bytes_max,
                           Checkpoint from, Emit emit)
    : image_(std::move(task), token),
      emit_(std::move(emit)),
      next_(std::move(from)),
      statement_({.statement_bytes_max = statement_bytes_max}) {}

void UnitAssembly::enter(const TransactionStart& transaction, bool overlap) {
    PENSTOCK_ASSERT(overlap == overlap_ || (!started_ && statement_.empty()));
    transaction_ = transaction;
    overlap_ = overlap;
}

std::string UnitAssembly::where() const {
    return fmt::format("transaction at {}, GTID {}", transaction_.position.to_string(),
                       transaction_.gtid.to_string());
}

Result<void> UnitAssembly::add(const binlog::TableMap& table, const PackedRows& rows) {
    const bool has_room = statement_.fits(rows.flags) && !statement_.is_full();
    if (!statement_.empty() && !has_room) PENSTOCK_TRY(emit(false));
    statement_rows_ += rows.count;
    return statement_.add_rows(statement_.add_table(table), rows.kind, rows.columns_before,
                               rows.columns_after, rows.images, rows.flags);
}

Result<void> UnitAssembly::emit_part() {
    return statement_.empty() ? Result<void>{} : emit(false);
}

Result<void> UnitAssembly::close() {
    ++next_.unit;
    if (!overlap_) PENSTOCK_TRY(image_.append(statement_, next_.unit - 1, next_));
    return emit(true);
}

Result<void> UnitAssembly::emit_alone(Piece piece) {
    PENSTOCK_ASSERT(!started_ && statement_.empty());
    piece.where = where();
    return emit_(std::move(piece));
}

Result<void> UnitAssembly::emit(bool last) {
    Piece piece;
    piece.first = !started_;
    piece.last = last;
    piece.overlap = overlap_;
    piece.where = where();
    piece.rows = std::exchange(statement_rows_, 0);
    if (!statement_.empty()) piece.sql = statement_.finish();
    if (last) piece.next = next_;
    started_ = !last;
    return emit_(std::move(piece));
}

}  // namespace penstock::apply
