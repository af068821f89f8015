#include "apply/grouper.h"

#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>

#include "apply/errors.h"
#include "apply/limits.h"
#include "apply/name_watch.h"
#include "apply/statement_router.h"
#include "base/log.h"

namespace penstock::apply {
namespace {

using binlog::RowsKind;

// A unit is closed at group_bytes; only a transaction that is itself larger is cut into statements,
// of this many times group_bytes.
constexpr std::uint64_t statement_factor = 4;
constexpr std::uint16_t foreign_key_flags =
    binlog::rows_no_foreign_key_checks_flag | binlog::rows_use_sql_foreign_key_flag;

bool all_columns(base::Bytes present, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if ((present[i / 8] & (1U << (i % 8))) == 0) return false;
    }
    return true;
}

}  // namespace

Grouper::Grouper(GrouperOptions options, Checkpoint from, Emit emit)
    : options_(std::move(options)),
      image_(options_.task, options_.token),
      emit_(std::move(emit)),
      next_(std::move(from)),
      statement_({.statement_bytes_max =
                      static_cast<std::size_t>(options_.group_bytes * statement_factor)}) {}

std::string Grouper::where() const {
    return fmt::format("transaction at {}, GTID {}", transaction_.position.to_string(),
                       transaction_.gtid.to_string());
}

Result<void> Grouper::begin(const TransactionStart& transaction) {
    const bool overlap = options_.overlap.contains(transaction.position);
    if (overlap != unit_overlap_) PENSTOCK_TRY(close_unit());
    unit_overlap_ = overlap;
    if (unit_transactions_ == 0) {
        unit_begin_ = std::chrono::steady_clock::now();
        unit_rows_begin_ = next_.row_changes;
    }
    transaction_ = transaction;
    statement_flags_ = {};
    in_transaction_ = true;
    transaction_has_rows_ = false;
    statement_ends_transaction_ = false;
    return {};
}

Result<void> Grouper::table_map(const binlog::TableMap& map, base::Bytes event) {
    Table& table = tables_[map.table_id];
    const std::string schema(map.schema);
    table.passed_over = !options_.databases.contains(schema) ||
                        (unit_overlap_ && options_.overlap.copied(schema, std::string(map.table),
                                                                  transaction_.gtid));
    if (table.passed_over) return {};
    PENSTOCK_ASSIGN(table.layout, layout_of(map));
    // The copy has the same shape as the original: move its views over to it.
    table.event.assign(base::as_text(event));
    const auto moved = [&](base::Bytes view) {
        if (view.empty()) return view;
        return base::as_bytes(table.event)
            .subspan(static_cast<std::size_t>(view.data() - event.data()), view.size());
    };
    table.map = map;
    table.map.schema = base::as_text(moved(base::as_bytes(map.schema)));
    table.map.table = base::as_text(moved(base::as_bytes(map.table)));
    table.map.column_types = moved(map.column_types);
    table.map.metadata = moved(map.metadata);
    table.map.null_bits = moved(map.null_bits);
    table.map.optional_metadata = moved(map.optional_metadata);
    table.map.body = moved(map.body);
    table.map.definition = moved(map.definition);
    return {};
}

Result<void> Grouper::rows(const binlog::RowsEvent& rows) {
    const std::uint16_t flags = statement_flags_.of(rows);
    const auto found = tables_.find(rows.table_id);
    if (found == tables_.end()) {
        return fail(ErrorKind::corrupt, error_row_image_unsupported,
                    fmt::format("a rows event of table id {} without table map", rows.table_id));
    }
    Table& table = found->second;
    if (table.passed_over) return {};
    if (rows.kind == RowsKind::partial_update) {
        return fail(ErrorKind::refused, error_row_image_unsupported,
                    fmt::format("partial JSON update of {}.{}", table.map.schema, table.map.table),
                    "set binlog_row_value_options='' on the source, in every session");
    }
    if (statement_ends_transaction_) {
        return fail(ErrorKind::refused, error_statement_unsupported,
                    "row changes after DDL in one transaction: " + where());
    }
    transaction_has_rows_ = true;
    PENSTOCK_TRY(count_rows(table, rows));
    return add_rows(table, rows, flags);
}

// Walks the images, so that bytes that are no rows of this table stop the task here and not in the
// destination.
Result<void> Grouper::count_rows(const Table& table, const binlog::RowsEvent& rows) {
    binlog::RowCursor cursor(*table.layout, rows);
    while (true) {
        PENSTOCK_ASSIGN(const auto row, cursor.next());
        if (!row) return {};
        ++next_.row_changes;
    }
}

Result<std::shared_ptr<const binlog::RowLayout>> Grouper::layout_of(const binlog::TableMap& map) {
    const std::string key(base::as_text(map.definition));
    const auto found = layouts_.find(key);
    if (found != layouts_.end()) return found->second;
    PENSTOCK_ASSIGN(binlog::RowLayout compiled, binlog::RowLayout::compile(map));
    if (layouts_.size() >= layouts_max) layouts_.clear();
    auto layout = std::make_shared<const binlog::RowLayout>(std::move(compiled));
    layouts_.emplace(key, layout);
    return layout;
}

Result<void> Grouper::make_room(std::uint16_t flags) {
    if (statement_.empty()) return {};
    if (statement_.fits(flags) && !statement_.is_full()) return {};
    return emit_part(false);
}

Result<void> Grouper::add_rows(Table& table, const binlog::RowsEvent& rows, std::uint16_t flags) {
    // A server that handles foreign keys in SQL has logged what they changed: they must not act
    // again here (after a REPLACE of a parent they would remove children that the source kept).
    if (unit_overlap_ || (flags & binlog::rows_use_sql_foreign_key_flag) != 0) {
        flags = static_cast<std::uint16_t>((flags & ~foreign_key_flags) |
                                           binlog::rows_no_foreign_key_checks_flag);
    }
    PENSTOCK_TRY(make_room(flags));
    if (unit_overlap_ && rows.kind == RowsKind::update) {
        return add_split_updates(table, rows, flags);
    }
    return statement_.add_rows(statement_.add_table(table.map), rows.kind, rows.columns_before,
                               rows.columns_after, rows.rows, flags);
}

Result<void> Grouper::add_split_updates(Table& table, const binlog::RowsEvent& rows,
                                        std::uint16_t flags) {
    if (!all_columns(rows.columns_before, rows.column_count) ||
        !all_columns(rows.columns_after, rows.column_count)) {
        return fail(ErrorKind::refused, error_row_image_unsupported,
                    fmt::format("an update of {}.{} whose images lack columns, while the full "
                                "migration overlaps",
                                table.map.schema, table.map.table),
                    "set binlog_row_image=FULL on the source, in every session");
    }
    binlog::RowCursor cursor(*table.layout, rows);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<binlog::RowImages> row, cursor.next());
        if (!row) return {};
        PENSTOCK_TRY(make_room(flags));
        // Row by row: a later row of the event may carry the key that an earlier one gave up.
        const auto handle = statement_.add_table(table.map);
        PENSTOCK_TRY(statement_.add_rows(handle, RowsKind::remove, rows.columns_before, {},
                                         row->before, flags));
        PENSTOCK_TRY(statement_.add_rows(handle, RowsKind::write, {}, rows.columns_after,
                                         row->after, flags));
    }
}

Result<bool> Grouper::copied_already(const schema::Statement& parsed) const {
    if (!unit_overlap_) return false;
    const auto copied = [&](const schema::ObjectName& object) {
        return options_.overlap.copied(object.schema, object.name, transaction_.gtid);
    };
    if (parsed.kind == schema::StatementClass::database && parsed.verb == schema::Verb::drop) {
        for (const auto& [table, contained] : options_.overlap.keyless) {
            const bool inside = !parsed.objects.empty() &&
                                table.first == parsed.objects[0].schema &&
                                contained.contains(transaction_.gtid);
            if (inside) return table_rebound({table.first, table.second}, where());
        }
        return false;
    }
    if (parsed.kind != schema::StatementClass::table) return false;
    const auto found = std::find_if(parsed.objects.begin(), parsed.objects.end(), copied);
    if (found == parsed.objects.end()) return false;
    if (std::all_of(parsed.objects.begin(), parsed.objects.end(), copied)) return true;
    return table_rebound(*found, where());
}

Result<void> Grouper::statement(const schema::StreamStatement& statement) {
    schema::Statement parsed =
        schema::classify(statement.sql, statement.default_schema,
                         schema::lexical_mode(statement.sql_mode.value_or(0)));
    if (unit_overlap_) {
        const auto rebound = rebound_table(parsed, options_.overlap.tables);
        if (rebound) return table_rebound(*rebound, where());
    }
    PENSTOCK_ASSIGN(const bool copied, copied_already(parsed));
    const Routing routing = copied ? Routing{Route::ignore, "contained in the copy"}
                                   : route_statement(parsed, options_.databases);
    switch (routing.route) {
        case Route::ignore:
            ++ignored_statements_;
            base::log_debug("apply", "statement ignored, {}: {}", routing.reason, where());
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
                    "DDL after row changes in one transaction: " + where());
    }
    PENSTOCK_TRY(close_unit());
    ++next_.statements;
    Piece piece;
    piece.kind = kind;
    piece.statement = statement;
    piece.where = where();
    // The rows of CREATE TABLE … SELECT follow in this transaction and move the checkpoint.
    if (!parsed.starts_transaction) {
        statement_ends_transaction_ = true;
        count_transaction({statement.source_file, statement.source_position});
        ++next_.unit;
        piece.next = next_;
    }
    piece.parsed = std::move(parsed);
    return emit_(std::move(piece));
}

void Grouper::count_transaction(const relay::Position& next) {
    next_.applied.add(transaction_.gtid);
    next_.position = next;
    ++next_.transactions;
    if (transaction_.timestamp_us != 0) next_.timestamp_us = transaction_.timestamp_us;
}

Result<void> Grouper::end(const relay::Position& next) {
    tables_.clear();
    in_transaction_ = false;
    if (statement_ends_transaction_) return {};
    count_transaction(next);
    ++unit_transactions_;
    return is_full() ? close_unit() : Result<void>{};
}

bool Grouper::is_full() const {
    const bool exact = options_.mode == Mode::exact && !unit_overlap_;
    return exact || unit_started_ || unit_transactions_ >= options_.group_transactions ||
           statement_.size() >= options_.group_bytes ||
           next_.row_changes - unit_rows_begin_ >= unit_rows_max || is_old();
}

bool Grouper::is_old() const {
    return std::chrono::steady_clock::now() - unit_begin_ >= options_.group_age;
}

Result<void> Grouper::enter_file(const relay::Position& start) {
    if (in_transaction_) return {};
    next_.position = start;
    return emit_unit();
}

Result<void> Grouper::close_unit() {
    return unit_transactions_ == 0 ? Result<void>{} : emit_unit();
}

Result<void> Grouper::emit_unit() {
    ++next_.unit;
    if (!unit_overlap_) {
        PENSTOCK_TRY(image_.append(statement_, next_.unit - 1, next_));
    }
    return emit_part(true);
}

Result<void> Grouper::emit_part(bool last) {
    Piece piece;
    piece.first = !unit_started_;
    piece.last = last;
    piece.overlap = unit_overlap_;
    piece.where = where();
    if (!statement_.empty()) piece.sql = statement_.finish();
    if (last) piece.next = next_;
    unit_started_ = !last;
    if (last) unit_transactions_ = 0;
    return emit_(std::move(piece));
}

}  // namespace penstock::apply
