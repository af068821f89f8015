#include "apply/checkpoint.h"

#include <fmt/format.h>
#include <charconv>
#include <utility>

#include "apply/errors.h"

namespace penstock::apply {
namespace {

// The order of columns is known to checkpoint_image.cpp, which builds row images of this table.
constexpr const char* create_checkpoint =
    "CREATE TABLE IF NOT EXISTS penstock.checkpoint ("
    " task VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " lane INT UNSIGNED NOT NULL,"
    " token BIGINT UNSIGNED NOT NULL,"
    " unit BIGINT UNSIGNED NOT NULL,"
    " gtid_set LONGBLOB NOT NULL,"
    " source_file VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " source_position BIGINT UNSIGNED NOT NULL,"
    " transactions BIGINT UNSIGNED NOT NULL,"
    " row_changes BIGINT UNSIGNED NOT NULL,"
    " statements BIGINT UNSIGNED NOT NULL,"
    " timestamp_us BIGINT UNSIGNED NOT NULL,"
    " PRIMARY KEY (task, lane, token, unit)) ENGINE=InnoDB";

constexpr const char* create_journal =
    "CREATE TABLE IF NOT EXISTS penstock.ddl_journal ("
    " task VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " gtid VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " source_file VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " source_position BIGINT UNSIGNED NOT NULL,"
    " statement LONGBLOB NOT NULL,"
    " state ENUM('intent','done') NOT NULL,"
    " changed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),"
    " PRIMARY KEY (task, gtid)) ENGINE=InnoDB";

struct StoredCheckpoint {
    std::uint64_t token = 0;
    Checkpoint checkpoint;
};

Result<std::uint64_t> number(const mysql::ResultSet& rows, std::size_t column) {
    const std::string text = rows.text(0, column);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return fail(ErrorKind::corrupt, error_checkpoint,
                    fmt::format("penstock.checkpoint: \"{}\" is not a number", text));
    }
    return value;
}

Result<std::optional<StoredCheckpoint>> read(mysql::Connection& destination,
                                             std::string_view task) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    destination.query(fmt::format(
                        "SELECT token, unit, gtid_set, source_file, source_position, transactions,"
                        " row_changes, statements, timestamp_us FROM penstock.checkpoint"
                        " WHERE task={} AND lane=0",
                        mysql::Connection::quote(task))));
    if (rows.row_count() == 0) return std::nullopt;
    if (rows.row_count() > 1) {
        return fail(
            ErrorKind::corrupt, error_checkpoint,
            fmt::format("task {} has {} checkpoint rows instead of one", task, rows.row_count()),
            "was penstock.checkpoint edited by hand? Restore it or begin anew");
    }
    StoredCheckpoint stored;
    Checkpoint& checkpoint = stored.checkpoint;
    PENSTOCK_ASSIGN(stored.token, number(rows, 0));
    PENSTOCK_ASSIGN(checkpoint.unit, number(rows, 1));
    PENSTOCK_ASSIGN(checkpoint.applied, GtidSet::parse(rows.text(0, 2)));
    checkpoint.position.file = rows.text(0, 3);
    PENSTOCK_ASSIGN(checkpoint.position.offset, number(rows, 4));
    PENSTOCK_ASSIGN(checkpoint.transactions, number(rows, 5));
    PENSTOCK_ASSIGN(checkpoint.row_changes, number(rows, 6));
    PENSTOCK_ASSIGN(checkpoint.statements, number(rows, 7));
    PENSTOCK_ASSIGN(checkpoint.timestamp_us, number(rows, 8));
    return stored;
}

// "gtid_set='…', source_file=…": all but the key.
std::string assignments(const Checkpoint& checkpoint) {
    return fmt::format(
        "gtid_set={}, source_file={}, source_position={}, transactions={}, row_changes={},"
        " statements={}, timestamp_us={}",
        mysql::Connection::quote(checkpoint.applied.to_string()),
        mysql::Connection::quote(checkpoint.position.file), checkpoint.position.offset,
        checkpoint.transactions, checkpoint.row_changes, checkpoint.statements,
        checkpoint.timestamp_us);
}

}  // namespace

Result<void> create_checkpoint_tables(mysql::Connection& destination) {
    PENSTOCK_TRY(destination.execute(create_checkpoint));
    PENSTOCK_TRY(destination.execute(create_journal));
    return {};
}

Result<std::optional<Checkpoint>> load_checkpoint(mysql::Connection& destination,
                                                  std::string_view task, std::uint64_t token) {
    PENSTOCK_ASSIGN(std::optional<StoredCheckpoint> stored, read(destination, task));
    if (!stored) return std::nullopt;
    if (stored->token != token) {
        return fail(ErrorKind::refused, error_fenced,
                    fmt::format("task {} was taken over by another owner (fence token {}, ours {})",
                                task, stored->token, token),
                    "let the other process run, or stop it and run again");
    }
    return std::move(stored->checkpoint);
}

Result<std::optional<Checkpoint>> peek_checkpoint(mysql::Connection& destination,
                                                  std::string_view task) {
    PENSTOCK_ASSIGN(std::optional<StoredCheckpoint> stored, read(destination, task));
    if (!stored) return std::nullopt;
    return std::move(stored->checkpoint);
}

Result<void> insert_checkpoint(mysql::Connection& destination, std::string_view task,
                               std::uint64_t token, const Checkpoint& checkpoint) {
    PENSTOCK_TRY(destination.execute(fmt::format(
        "INSERT INTO penstock.checkpoint SET task={}, lane=0, token={}, unit={}, {}",
        mysql::Connection::quote(task), token, checkpoint.unit, assignments(checkpoint))));
    return {};
}

Result<void> retoken_checkpoint(mysql::Connection& destination, std::string_view task,
                                std::uint64_t token) {
    PENSTOCK_TRY(
        destination.execute(fmt::format("UPDATE penstock.checkpoint SET token={} WHERE task={}",
                                        token, mysql::Connection::quote(task))));
    return {};
}

Result<void> skip_units(mysql::Connection& destination, std::string_view task, std::uint64_t token,
                        std::uint64_t units) {
    PENSTOCK_TRY(destination.execute(fmt::format(
        "UPDATE penstock.checkpoint SET unit=unit+{} WHERE task={} AND lane=0 AND token={}", units,
        mysql::Connection::quote(task), token)));
    return {};
}

Result<void> move_checkpoint(mysql::Connection& destination, std::string_view task,
                             std::uint64_t token, const Checkpoint& next) {
    PENSTOCK_ASSIGN(
        const std::uint64_t matched,
        destination.execute(fmt::format("UPDATE penstock.checkpoint SET unit={}, {}"
                                        " WHERE task={} AND lane=0 AND token={} AND unit={}",
                                        next.unit, assignments(next),
                                        mysql::Connection::quote(task), token, next.unit - 1)));
    if (matched == 1) return {};
    return fail(ErrorKind::refused, error_fenced,
                fmt::format("task {} was taken over by another owner: unit {} of fence token {} "
                            "found no checkpoint",
                            task, next.unit, token),
                "let the other process run, or stop it and run again");
}

}  // namespace penstock::apply
