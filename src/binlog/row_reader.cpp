#include "binlog/row_reader.h"

#include <fmt/format.h>

#include "binlog/errors.h"
#include "binlog/json_diff.h"

namespace penstock::binlog {

void RowReader::begin(const Table& table, const RowsEvent& rows) {
    table_ = &table;
    rows_ = &rows;
    rest_ = rows.rows;
    before_.clear();
    after_.clear();
    changes_.clear();
    documents_.clear();
}

base::Bytes RowReader::changes(std::size_t column) const {
    return column < changes_.size() ? changes_[column] : base::Bytes{};
}

Result<bool> RowReader::next() {
    if (rest_.empty()) return false;
    if (rows_->column_count != table_->layout.column_count()) {
        return fail(
            ErrorKind::corrupt, error_malformed_event,
            fmt::format("rows of {} columns for table {}.{}, which has {}", rows_->column_count,
                        table_->schema, table_->name, table_->layout.column_count()));
    }
    const std::size_t bytes_before = rest_.size();
    if (has_before_image(rows_->kind)) {
        PENSTOCK_TRY(read_image(rows_->columns_before, before_));
    }
    if (rows_->kind == RowsKind::partial_update) {
        PENSTOCK_TRY(read_partial_image());
    } else if (has_after_image(rows_->kind)) {
        PENSTOCK_TRY(read_image(rows_->columns_after, after_));
    }
    if (rest_.size() == bytes_before) {
        return fail(ErrorKind::corrupt, error_malformed_event, "row images without any column");
    }
    return true;
}

Result<void> RowReader::read_image(base::Bytes columns, std::vector<Value>& values) {
    auto bytes = decode_image(table_->layout, table_->types, rest_, columns, values);
    if (!bytes) return of_table(std::move(bytes.error()));
    rest_ = rest_.subspan(*bytes);
    return {};
}

tl::unexpected<Error> RowReader::of_table(Error error) const {
    error.text = fmt::format("{}.{}: {}", table_->schema, table_->name, error.text);
    return tl::unexpected<Error>(std::move(error));
}

Result<void> RowReader::read_partial_image() {
    PENSTOCK_ASSIGN(const std::size_t bytes,
                    table_->layout.partial_image_bytes(rest_, rows_->columns_after));
    PENSTOCK_ASSIGN(const PartialImage partial,
                    split_partial_image(table_->layout, rest_.first(bytes)));
    rest_ = rest_.subspan(bytes);
    PENSTOCK_ASSIGN([[maybe_unused]] const std::size_t image_bytes,
                    table_->layout.split(partial.image, rows_->columns_after, columns_));
    changes_.assign(columns_.size(), {});
    partial_.assign(columns_.size(), false);
    documents_.resize(columns_.size());
    std::size_t json_column = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (table_->layout.columns()[i].type != ColumnType::json) continue;
        const bool is_partial = partial.is_partial(json_column++);
        ColumnValue& column = columns_[i];
        if (!is_partial || !column.present || column.null) continue;
        partial_[i] = true;
        changes_[i] = column.content();
        column.present = false;
    }
    auto decoded = decode_values(table_->types, columns_, after_);
    if (!decoded) return of_table(std::move(decoded.error()));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!partial_[i] || before_[i].kind != ValueKind::json) continue;
        documents_[i].clear();
        PENSTOCK_TRY(append_changed_json(documents_[i], before_[i].bytes, changes_[i]));
        after_[i] = before_[i];
        after_[i].bytes = base::as_bytes(documents_[i]);
        changes_[i] = {};
    }
    return {};
}

}  // namespace penstock::binlog
