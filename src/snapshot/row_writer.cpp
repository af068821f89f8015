#include "snapshot/row_writer.h"

#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "snapshot/errors.h"
#include "snapshot/limits.h"

namespace penstock::snapshot {
namespace {

constexpr unsigned server_error_duplicate_key = 1062;

constexpr std::string_view insert_word = "INSERT";
constexpr std::string_view lenient_mode_sql =
    "SET @penstock_sql_mode = @@sql_mode, SESSION sql_mode ="
    " 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'";
constexpr std::string_view strict_mode_sql = "SET SESSION sql_mode = @penstock_sql_mode";

// "Duplicate entry '1' for key 't.PRIMARY'", before 8.0.19 and in MariaDB without "t.".
bool names_key(const std::string& message, const std::string& key) {
    return message.find("." + key + "'") != std::string::npos ||
           message.find("key '" + key + "'") != std::string::npos;
}

}  // namespace

RowWriter::RowWriter(mysql::Connection& destination, const TableShape& table,
                     const CopyStatement& statement, std::size_t packet_bytes_max, bool moving)
    : destination_(destination),
      table_(table),
      statement_(statement),
      stage_(destination.id()),
      statement_limit_(packet_bytes_max > 2 * statement_slack_bytes
                           ? packet_bytes_max - statement_slack_bytes
                           : packet_bytes_max),
      moving_(moving) {}

Result<void> RowWriter::add(const mysql::Row& row) {
    if (statement_rows_ == 0) sql_ = statement_.insert_head();
    const std::size_t before = sql_.size();
    if (statement_rows_ > 0) sql_ += ',';
    const std::size_t start = sql_.size();
    PENSTOCK_ASSIGN(const std::size_t enum_zeros, statement_.append_row(sql_, row, stage_));
    if (stage_.largest_statement_bytes() > statement_limit_) {
        return too_large(stage_.largest_statement_bytes());
    }
    if (sql_.size() > statement_limit_ && statement_rows_ > 0) {
        const std::string row_text = sql_.substr(start);
        sql_.resize(before);
        PENSTOCK_TRY(flush());
        sql_ = statement_.insert_head() + row_text;
    }
    if (sql_.size() > statement_limit_) return too_large(sql_.size());
    ++statement_rows_;
    statement_enum_zeros_ += enum_zeros;
    ++open_rows_;
    for (const mysql::Value& value : row) open_bytes_ += value ? value->size() : 0;
    if (sql_.size() + stage_.pending_bytes() >= statement_bytes_max) return flush();
    return {};
}

tl::unexpected<Error> RowWriter::too_large(std::size_t bytes) const {
    return fail(ErrorKind::definite, error_row_too_large,
                fmt::format("a row of table {} takes {} bytes, more than the destination's "
                            "max_allowed_packet",
                            table_.quoted_name(), bytes),
                "raise max_allowed_packet on the destination and run again");
}

Result<void> RowWriter::begin() {
    if (in_transaction_) return {};
    PENSTOCK_TRY(destination_.execute("START TRANSACTION"));
    in_transaction_ = true;
    return {};
}

Result<void> RowWriter::flush() {
    if (statement_rows_ == 0) return {};
    PENSTOCK_TRY(begin());
    PENSTOCK_TRY(stage_.flush(destination_));
    PENSTOCK_TRY(statement_enum_zeros_ > 0 ? insert_enum_zeros() : insert());
    statement_rows_ = 0;
    statement_enum_zeros_ = 0;
    return {};
}

Result<void> RowWriter::insert() {
    Result<std::uint64_t> inserted = destination_.execute(sql_);
    if (inserted) return {};
    if (destination_.last_error_number() != server_error_duplicate_key) {
        return forward_error(inserted);
    }
    return replace_moved(std::move(inserted.error()));
}

// The error value of an ENUM is accepted only without strict mode, which would let other values be
// changed silently too: so the warnings must be exactly those of the error values.
Result<void> RowWriter::insert_enum_zeros() {
    PENSTOCK_TRY(destination_.execute(lenient_mode_sql));
    PENSTOCK_TRY(insert());
    PENSTOCK_ASSIGN(const std::optional<std::string> warnings,
                    destination_.query_value("SELECT @@warning_count"));
    if (warnings != std::to_string(statement_enum_zeros_)) {
        return fail(
            ErrorKind::definite, error_value_changed,
            fmt::format("{} warnings instead of {} while rows of table {} with invalid "
                        "ENUM values were written",
                        warnings.value_or("?"), statement_enum_zeros_, table_.quoted_name()),
            "compare the table's definition on both servers");
    }
    PENSTOCK_TRY(destination_.execute(strict_mode_sql));
    return {};
}

Result<void> RowWriter::replace_moved(Error duplicate) {
    if (!moving_ || names_key(duplicate.text, table_.key_index)) {
        return fail(ErrorKind::definite, error_destination_rows,
                    fmt::format("table {} on the destination has rows that this task did not "
                                "write: {}",
                                table_.quoted_name(), duplicate.text),
                    "empty the table on the destination and start the task over");
    }
    base::log_warning("snapshot",
                      "table {}: a unique value moved to another row while the table was copied; "
                      "the later row replaces the earlier",
                      table_.quoted_name());
    sql_.replace(0, insert_word.size(), "REPLACE");
    PENSTOCK_TRY(destination_.execute(sql_));
    return {};
}

Result<void> RowWriter::commit(const Fence& fence, Part& part) {
    PENSTOCK_TRY(flush());
    PENSTOCK_TRY(begin());
    part.rows += open_rows_;
    part.bytes += open_bytes_;
    PENSTOCK_TRY(stage_.clear(destination_));
    // Last in the transaction, so that the task's row is locked for no longer than the commit.
    PENSTOCK_TRY(check_fence(destination_, fence));
    PENSTOCK_TRY(store_progress(destination_, fence, part));
    PENSTOCK_TRY(destination_.execute("COMMIT"));
    in_transaction_ = false;
    open_rows_ = 0;
    open_bytes_ = 0;
    return {};
}

}  // namespace penstock::snapshot
