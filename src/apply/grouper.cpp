#include "apply/grouper.h"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>

#include "apply/errors.h"
#include "apply/limits.h"
#include "apply/name_watch.h"
#include "apply/statement_router.h"
#include "base/assert.h"
#include "base/log.h"

namespace penstock::apply {
namespace {

using binlog::RowsKind;

constexpr std::uint16_t foreign_key_flags =
    binlog::rows_no_foreign_key_checks_flag | binlog::rows_use_sql_foreign_key_flag;

bool all_columns(base::Bytes present, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if ((present[i / 8] & (1U << (i % 8))) == 0) return false;
    }
    return true;
}

// Walks the images, so that bytes that are no rows of this table stop the task here and not in the
// destination.
Result<std::uint64_t> count_rows(const StreamTable& table, const binlog::RowsEvent& rows) {
    std::uint64_t count = 0;
    binlog::RowCursor cursor(table.layout, rows);
    while (true) {
        PENSTOCK_ASSIGN(const auto row, cursor.next());
        if (!row) return count;
        ++count;
    }
}

}  // namespace

Grouper::Grouper(GrouperOptions options, Checkpoint from, UnitAssembly::Emit emit)
    : options_(std::move(options)),
      unit_(options_.task, options_.token,
            static_cast<std::size_t>(options_.group_bytes * statement_factor), std::move(from),
            std::move(emit)) {
    if (options_.mode != Mode::merged) return;
    PENSTOCK_ASSERT(options_.read_table != nullptr);
    merger_.emplace(
        coalesce::CoalescerLimits{.group_rows = merged_rows_max,
                                  .group_bytes = static_cast<std::size_t>(options_.group_bytes)},
        options_.read_table, unit_);
}

Result<void> Grouper::begin(const TransactionStart& transaction) {
    const bool overlap = options_.overlap.contains(transaction.position);
    if (overlap != unit_.is_overlap()) PENSTOCK_TRY(close_unit());
    unit_.enter(transaction, overlap);
    if (unit_transactions_ == 0) {
        unit_begin_ = std::chrono::steady_clock::now();
        unit_rows_begin_ = unit_.next().row_changes;
    }
    transaction_ = transaction;
    statement_flags_ = {};
    in_transaction_ = true;
    transaction_has_rows_ = false;
    statement_ends_transaction_ = false;
    return {};
}

Result<void> Grouper::table_map(const binlog::TableMap& map, base::Bytes event) {
    const std::string schema(map.schema);
    const bool passed_over =
        !options_.databases.contains(schema) ||
        (unit_.is_overlap() &&
         options_.overlap.copied(schema, std::string(map.table), transaction_.gtid));
    if (!passed_over) return tables_.name(map, event);
    tables_.name_passed_over(map);
    return {};
}

Result<void> Grouper::rows(const binlog::RowsEvent& rows) {
    std::uint16_t flags = statement_flags_.of(rows);
    PENSTOCK_ASSIGN(const StreamTables::Named named, tables_.of(rows));
    if (!named.table) return {};
    const StreamTable& table = *named.table;
    if (rows.kind == RowsKind::partial_update) {
        return fail(ErrorKind::refused, error_row_image_unsupported,
                    fmt::format("partial JSON update of {}.{}", table.map.schema, table.map.table),
                    "set binlog_row_value_options='' on the source, in every session");
    }
    if (statement_ends_transaction_) {
        return fail(ErrorKind::refused, error_statement_unsupported,
                    "row changes after DDL in one transaction: " + unit_.where());
    }
    transaction_has_rows_ = true;
    // A server that handles foreign keys in SQL has logged what they changed: they must not act
    // again here (after a REPLACE of a parent they would remove children that the source kept).
    if (unit_.is_overlap() || (flags & binlog::rows_use_sql_foreign_key_flag) != 0) {
        flags = static_cast<std::uint16_t>((flags & ~foreign_key_flags) |
                                           binlog::rows_no_foreign_key_checks_flag);
    }
    if (is_merging()) return merge(named.table, rows, flags);
    PENSTOCK_ASSIGN(const std::uint64_t count, count_rows(table, rows));
    unit_.next().row_changes += count;
    if (unit_.is_overlap() && rows.kind == RowsKind::update) {
        return add_split_updates(table, rows, flags);
    }
    return unit_.add(table.map,
                     {rows.kind, rows.columns_before, rows.columns_after, rows.rows, count, flags});
}

// A group that gets overfull in the middle of a transaction leaves as a part of its unit: the unit
// ends with its transaction, and nothing grows with the size of that.
Result<void> Grouper::merge(const std::shared_ptr<const StreamTable>& table,
                            const binlog::RowsEvent& rows, std::uint16_t flags) {
    const std::uint64_t before = merger_->counters().rows_in;
    PENSTOCK_TRY(merger_->add(table, rows, flags));
    unit_.next().row_changes += merger_->counters().rows_in - before;
    if (!merger_->is_overfull()) return {};
    PENSTOCK_TRY(merger_->flush());
    return unit_.emit_part();
}

Result<void> Grouper::add_split_updates(const StreamTable& table, const binlog::RowsEvent& rows,
                                        std::uint16_t flags) {
    if (!all_columns(rows.columns_before, rows.column_count) ||
        !all_columns(rows.columns_after, rows.column_count)) {
        return fail(ErrorKind::refused, error_row_image_unsupported,
                    fmt::format("an update of {}.{} whose images lack columns, while the full "
                                "migration overlaps",
                                table.map.schema, table.map.table),
                    "set binlog_row_image=FULL on the source, in every session");
    }
    binlog::RowCursor cursor(table.layout, rows);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<binlog::RowImages> row, cursor.next());
        if (!row) return {};
        // Row by row: a later row of the event may carry the key that an earlier one gave up.
        PENSTOCK_TRY(unit_.add(table.map,
                               {RowsKind::remove, rows.columns_before, {}, row->before, 1, flags}));
        PENSTOCK_TRY(
            unit_.add(table.map, {RowsKind::write, {}, rows.columns_after, row->after, 1, flags}));
    }
}

Result<bool> Grouper::copied_already(const schema::Statement& parsed) const {
    if (!unit_.is_overlap()) return false;
    const auto copied = [&](const schema::ObjectName& object) {
        return options_.overlap.copied(object.schema, object.name, transaction_.gtid);
    };
    if (parsed.kind == schema::StatementClass::database && parsed.verb == schema::Verb::drop) {
        for (const auto& [table, contained] : options_.overlap.keyless) {
            const bool inside = !parsed.objects.empty() &&
                                table.first == parsed.objects[0].schema &&
                                contained.contains(transaction_.gtid);
            if (inside) return table_rebound({table.first, table.second}, unit_.where());
        }
        return false;
    }
    if (parsed.kind != schema::StatementClass::table) return false;
    const auto found = std::find_if(parsed.objects.begin(), parsed.objects.end(), copied);
    if (found == parsed.objects.end()) return false;
    if (std::all_of(parsed.objects.begin(), parsed.objects.end(), copied)) return true;
    return table_rebound(*found, unit_.where());
}

Result<void> Grouper::statement(const schema::StreamStatement& statement) {
    schema::Statement parsed =
        schema::classify(statement.sql, statement.default_schema,
                         schema::lexical_mode(statement.sql_mode.value_or(0)));
    if (unit_.is_overlap()) {
        const auto rebound = rebound_table(parsed, options_.overlap.tables);
        if (rebound) return table_rebound(*rebound, unit_.where());
    }
    PENSTOCK_ASSIGN(const bool copied, copied_already(parsed));
    const Routing routing = copied ? Routing{Route::ignore, "contained in the copy"}
                                   : route_statement(parsed, options_.databases);
    switch (routing.route) {
        case Route::ignore:
            ++ignored_statements_;
            base::log_debug("apply", "statement ignored, {}: {}", routing.reason, unit_.where());
            return {};
        case Route::stop:
            return fail(
                ErrorKind::refused, error_statement_unsupported,
                fmt::format("a statement can't be applied, {}: {} ({}:{}, GTID {})", routing.reason,
                            statement.sql.substr(0, 300), statement.source_file,
                            statement.source_position, statement.gtid),
                "see which session of the source ran it, and whether it concerns the "
                "selected databases");
        case Route::hold:
            return emit_statement(statement, std::move(parsed), PieceKind::hold);
        case Route::apply:
            return emit_statement(statement, std::move(parsed), PieceKind::ddl);
    }
    return {};
}

Result<void> Grouper::emit_statement(const schema::StreamStatement& statement,
                                     schema::Statement parsed, PieceKind kind) {
    if (transaction_has_rows_) {
        return fail(ErrorKind::refused, error_statement_unsupported,
                    "DDL after row changes in one transaction: " + unit_.where());
    }
    PENSTOCK_TRY(close_unit());
    const bool changes_tables = parsed.kind == schema::StatementClass::table ||
                                parsed.kind == schema::StatementClass::database;
    if (merger_ && changes_tables) merger_->forget_tables();
    Checkpoint& next = unit_.next();
    ++next.statements;
    Piece piece;
    piece.kind = kind;
    piece.statement = statement;
    // The rows of CREATE TABLE … SELECT follow in this transaction and move the checkpoint.
    if (!parsed.starts_transaction) {
        statement_ends_transaction_ = true;
        count_transaction({statement.source_file, statement.source_position});
        ++next.unit;
        piece.next = next;
    }
    piece.parsed = std::move(parsed);
    return unit_.emit_alone(std::move(piece));
}

void Grouper::count_transaction(const relay::Position& next) {
    Checkpoint& checkpoint = unit_.next();
    checkpoint.applied.add(transaction_.gtid);
    checkpoint.position = next;
    ++checkpoint.transactions;
    if (transaction_.timestamp_us != 0) checkpoint.timestamp_us = transaction_.timestamp_us;
}

Result<void> Grouper::end(const relay::Position& next) {
    tables_.end_transaction();
    in_transaction_ = false;
    if (statement_ends_transaction_) return {};
    count_transaction(next);
    ++unit_transactions_;
    return is_full() ? close_unit() : Result<void>{};
}

bool Grouper::is_full() const {
    const bool exact = options_.mode == Mode::exact && !unit_.is_overlap();
    const bool has_rows_enough = is_merging()
                                     ? merger_->is_full()
                                     : unit_.next().row_changes - unit_rows_begin_ >= unit_rows_max;
    return exact || has_rows_enough || unit_.has_parts() ||
           unit_transactions_ >= options_.group_transactions ||
           unit_.statement_bytes() >= options_.group_bytes || is_old();
}

bool Grouper::is_old() const {
    return std::chrono::steady_clock::now() - unit_begin_ >= options_.group_age;
}

Result<void> Grouper::enter_file(const relay::Position& start) {
    if (in_transaction_) return {};
    unit_.next().position = start;
    return end_unit();
}

Result<void> Grouper::close_unit() {
    return unit_transactions_ == 0 ? Result<void>{} : end_unit();
}

Result<void> Grouper::end_unit() {
    if (merger_) PENSTOCK_TRY(merger_->flush());
    unit_transactions_ = 0;
    return unit_.close();
}

}  // namespace penstock::apply
