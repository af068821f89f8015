#include "snapshot/json_stage.h"

#include <fmt/format.h>

#include "binlog/base64.h"
#include "snapshot/errors.h"

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
    ++rows_count_;
    ++last_number_;
    binlog::RowImageWriter(rows_, shape_.column_count())
        .integer(connection_, connection_bytes)
        .integer(last_number_, number_bytes)
        .blob(binary, json_prefix_bytes);
    return fmt::format(
        "(SELECT document FROM penstock.copy_json WHERE connection={} AND number={})", connection_,
        last_number_);
}

std::size_t JsonStage::statement_bytes() const {
    return rows_count_ == 0 ? 0 : binlog::base64_bytes(rows_.size() + statement_overhead_bytes);
}

Result<void> JsonStage::flush(mysql::Connection& destination) {
    if (rows_count_ == 0) return {};
    binlog::BinlogStatementBuilder statement;
    const auto table = statement.add_table(shape_.table_map());
    const std::string columns = shape_.all_columns();
    // Flags of a rows event become the session's: the copy doesn't check foreign keys.
    PENSTOCK_TRY(statement.add_rows(table, binlog::RowsKind::write, {}, base::as_bytes(columns),
                                    base::as_bytes(rows_),
                                    binlog::rows_no_foreign_key_checks_flag));
    PENSTOCK_TRY(destination.execute(statement.finish()));
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
    rows_count_ = 0;
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
