#include "snapshot/json_stage.h"

#include <fmt/format.h>
#include <algorithm>

#include "binlog/base64.h"
#include "snapshot/errors.h"
#include "snapshot/limits.h"

namespace penstock::snapshot {
namespace {

constexpr std::string_view schema_name = "penstock";
constexpr std::string_view table_name = "copy_json";
constexpr std::size_t connection_bytes = 8;
constexpr std::size_t number_bytes = 4;
constexpr std::uint8_t json_prefix_bytes = 4;
// What a statement has beside its rows: two event headers, the table map, the word BINLOG.
constexpr std::size_t statement_overhead_bytes = 512;

constexpr std::string_view create_table_sql =
    "CREATE TABLE IF NOT EXISTS penstock.copy_json ("
    " connection BIGINT UNSIGNED NOT NULL,"
    " number INT UNSIGNED NOT NULL,"
    " document JSON NOT NULL,"
    " PRIMARY KEY (connection, number)"
    ") ENGINE=InnoDB COMMENT='penstock: JSON documents on their way, empty but within "
    "transactions'";

std::size_t statement_bytes(std::size_t rows_bytes) {
    return binlog::base64_bytes(rows_bytes + statement_overhead_bytes);
}

binlog::TableShape stage_shape() {
    binlog::TableShape shape{std::string(schema_name), std::string(table_name)};
    shape.integer(connection_bytes).integer(number_bytes).json();
    return shape;
}

}  // namespace

Result<void> create_json_stage_table(mysql::Connection& destination) {
    PENSTOCK_TRY(destination.execute(std::string(create_table_sql)));
    return {};
}

JsonStage::JsonStage(std::uint64_t connection) : connection_(connection), shape_(stage_shape()) {}

std::string JsonStage::add(std::string_view binary) {
    const std::size_t start = rows_.size();
    ++last_number_;
    binlog::RowImageWriter(rows_, shape_.column_count())
        .integer(connection_, connection_bytes)
        .integer(last_number_, number_bytes)
        .blob(binary, json_prefix_bytes);
    row_ends_.push_back(rows_.size());
    largest_row_bytes_ = std::max(largest_row_bytes_, rows_.size() - start);
    return fmt::format(
        "(SELECT document FROM penstock.copy_json WHERE connection={} AND number={})", connection_,
        last_number_);
}

std::size_t JsonStage::pending_bytes() const {
    return rows_.empty() ? 0 : statement_bytes(rows_.size());
}

std::size_t JsonStage::largest_statement_bytes() const {
    return rows_.empty() ? 0 : statement_bytes(largest_row_bytes_);
}

Result<void> JsonStage::send(mysql::Connection& destination, std::string_view rows) {
    binlog::BinlogStatementBuilder statement;
    const auto table = statement.add_table(shape_.table_map());
    const std::string columns = shape_.all_columns();
    // Flags of a rows event become the session's: the copy doesn't check foreign keys.
    PENSTOCK_TRY(statement.add_rows(table, binlog::RowsKind::write, {}, base::as_bytes(columns),
                                    base::as_bytes(rows), binlog::rows_no_foreign_key_checks_flag));
    PENSTOCK_TRY(destination.execute(statement.finish()));
    return {};
}

Result<void> JsonStage::flush(mysql::Connection& destination) {
    if (rows_.empty()) return {};
    std::size_t start = 0;
    for (std::size_t i = 0; i < row_ends_.size(); ++i) {
        const bool last = i + 1 == row_ends_.size();
        if (!last && statement_bytes(row_ends_[i + 1] - start) <= statement_bytes_max) continue;
        PENSTOCK_TRY(
            send(destination, std::string_view(rows_).substr(start, row_ends_[i] - start)));
        start = row_ends_[i];
    }
    // A server takes row images on trust: a definition that is not ours would lose them unseen.
    PENSTOCK_ASSIGN(
        const std::optional<std::string> last,
        destination.query_value(fmt::format(
            "SELECT MAX(number) FROM penstock.copy_json WHERE connection={}", connection_)));
    if (last != std::to_string(last_number_)) {
        return fail(ErrorKind::refused, error_json,
                    "JSON documents sent to penstock.copy_json did not arrive there",
                    "is penstock.copy_json as penstock made it, and the connection direct (no "
                    "proxy that splits reads from writes)?");
    }
    rows_.clear();
    row_ends_.clear();
    largest_row_bytes_ = 0;
    written_ = true;
    return {};
}

Result<void> JsonStage::clear(mysql::Connection& destination) {
    if (!written_) return {};
    PENSTOCK_TRY(destination.execute(
        fmt::format("DELETE FROM penstock.copy_json WHERE connection={}", connection_)));
    written_ = false;
    last_number_ = 0;
    return {};
}

}  // namespace penstock::snapshot
