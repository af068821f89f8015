#include "snapshot/copy_ledger.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "snapshot/errors.h"

namespace penstock::snapshot {
namespace {

using mysql::Connection;

constexpr std::array<std::string_view, 3> state_names{"planned", "copying", "done"};

constexpr std::string_view create_table_sql =
    "CREATE TABLE IF NOT EXISTS penstock.copy ("
    " task VARCHAR(64) NOT NULL,"
    " schema_name VARCHAR(64) NOT NULL,"
    " table_name VARCHAR(64) NOT NULL,"
    " part INT UNSIGNED NOT NULL,"
    " state ENUM('planned','copying','done') NOT NULL,"
    " lower_key VARCHAR(64) NOT NULL COMMENT 'first key column from here, empty: open',"
    " upper_key VARCHAR(64) NOT NULL COMMENT 'first key column below this, empty: open',"
    " last_key MEDIUMTEXT NOT NULL COMMENT 'literals of the last row copied',"
    " row_count BIGINT UNSIGNED NOT NULL DEFAULT 0,"
    " byte_count BIGINT UNSIGNED NOT NULL DEFAULT 0,"
    " estimated_rows BIGINT UNSIGNED NOT NULL DEFAULT 0,"
    " estimated_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,"
    " gtid_set LONGTEXT NULL COMMENT 'of a table without key: what its snapshot contains',"
    " updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
    " ON UPDATE CURRENT_TIMESTAMP(6),"
    " PRIMARY KEY (task, schema_name, table_name, part)"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    " COMMENT='penstock: progress of full migrations'";

constexpr std::string_view select_parts_sql =
    "SELECT schema_name, table_name, part, CAST(state AS CHAR), lower_key, upper_key, last_key,"
    " row_count, byte_count, estimated_rows, estimated_bytes, COALESCE(gtid_set, '')"
    " FROM penstock.copy WHERE task = ";

template <class Number>
Result<Number> number(const mysql::ResultSet& result, std::size_t row, std::size_t column) {
    const std::string text = result.text(row, column);
    Number value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
        return fail(ErrorKind::corrupt, error_copy_ledger,
                    "penstock.copy has \"" + text + "\" where a number belongs");
    }
    return value;
}

Result<PartState> parse_state(std::string_view name) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == name) return static_cast<PartState>(i);
    }
    return fail(ErrorKind::corrupt, error_copy_ledger,
                "penstock.copy has an unknown state \"" + std::string(name) + "\"");
}

Result<Part> parse_part(const mysql::ResultSet& result, std::size_t row) {
    Part part;
    part.schema = result.text(row, 0);
    part.table = result.text(row, 1);
    PENSTOCK_ASSIGN(part.number, number<std::uint32_t>(result, row, 2));
    PENSTOCK_ASSIGN(part.state, parse_state(result.text(row, 3)));
    part.bounds = {result.text(row, 4), result.text(row, 5)};
    part.last_key = split_key(result.text(row, 6));
    PENSTOCK_ASSIGN(part.rows, number<std::uint64_t>(result, row, 7));
    PENSTOCK_ASSIGN(part.bytes, number<std::uint64_t>(result, row, 8));
    PENSTOCK_ASSIGN(part.estimated_rows, number<std::uint64_t>(result, row, 9));
    PENSTOCK_ASSIGN(part.estimated_bytes, number<std::uint64_t>(result, row, 10));
    part.gtid_set = result.text(row, 11);
    return part;
}

std::string where_part(std::string_view task, const Part& part) {
    return fmt::format("task = {} AND schema_name = {} AND table_name = {} AND part = {}",
                       Connection::quote(task), Connection::quote(part.schema),
                       Connection::quote(part.table), part.number);
}

Result<void> insert_parts(Connection& destination, const Fence& fence,
                          const std::vector<Part>& parts) {
    PENSTOCK_TRY(check_fence(destination, fence));
    constexpr std::size_t rows_per_statement = 500;
    for (std::size_t first = 0; first < parts.size(); first += rows_per_statement) {
        std::string sql =
            "INSERT INTO penstock.copy (task, schema_name, table_name, part, state, lower_key,"
            " upper_key, last_key, estimated_rows, estimated_bytes) VALUES ";
        for (std::size_t i = first; i < std::min(parts.size(), first + rows_per_statement); ++i) {
            const Part& part = parts[i];
            if (i > first) sql += ',';
            sql += fmt::format(
                "({}, {}, {}, {}, 'planned', {}, {}, '', {}, {})", Connection::quote(fence.task),
                Connection::quote(part.schema), Connection::quote(part.table), part.number,
                Connection::quote(part.bounds.lower), Connection::quote(part.bounds.upper),
                part.estimated_rows, part.estimated_bytes);
        }
        PENSTOCK_TRY(destination.execute(sql));
    }
    return {};
}

}  // namespace

Result<void> create_copy_table(Connection& destination) {
    PENSTOCK_TRY(destination.execute("CREATE DATABASE IF NOT EXISTS penstock"));
    PENSTOCK_TRY(destination.execute(create_table_sql));
    return {};
}

Result<std::vector<Part>> load_parts(Connection& destination, std::string_view task) {
    PENSTOCK_ASSIGN(const mysql::ResultSet result,
                    destination.query(std::string(select_parts_sql) + Connection::quote(task) +
                                      " ORDER BY schema_name, table_name, part"));
    std::vector<Part> parts;
    parts.reserve(result.row_count());
    for (std::size_t row = 0; row < result.row_count(); ++row) {
        PENSTOCK_ASSIGN(Part part, parse_part(result, row));
        parts.push_back(std::move(part));
    }
    return parts;
}

Result<Part> load_part(Connection& destination, std::string_view task, const Part& part) {
    PENSTOCK_ASSIGN(const mysql::ResultSet result,
                    destination.query(std::string(select_parts_sql) + Connection::quote(task) +
                                      " AND " + where_part(task, part)));
    if (result.row_count() != 1) {
        return fail(ErrorKind::definite, error_copy_ledger,
                    fmt::format("penstock.copy has lost part {} of table {}", part.number,
                                mysql::quote_identifier(part.schema, part.table)),
                    "start the full migration of this task over");
    }
    return parse_part(result, 0);
}

Result<void> store_plan(Connection& destination, const Fence& fence,
                        const std::vector<Part>& parts) {
    PENSTOCK_TRY(destination.execute("START TRANSACTION"));
    Result<void> stored = insert_parts(destination, fence, parts);
    if (!stored) {
        const auto rolled_back = destination.execute("ROLLBACK");
        static_cast<void>(rolled_back);  // the first error is the one to tell
        return stored;
    }
    PENSTOCK_TRY(destination.execute("COMMIT"));
    return {};
}

Result<void> check_fence(Connection& destination, const Fence& fence) {
    PENSTOCK_ASSIGN(const std::optional<std::string> token,
                    destination.query_value("SELECT token FROM penstock.task WHERE name = " +
                                            Connection::quote(fence.task) + " FOR SHARE"));
    if (token == std::to_string(fence.token)) return {};
    return fail(ErrorKind::refused, error_fenced,
                fmt::format("task {} now belongs to another penstock process: its fence token is "
                            "{}, ours is {}",
                            fence.task, token.value_or("gone"), fence.token),
                "leave the task to that process");
}

Result<void> store_progress(Connection& destination, const Fence& fence, const Part& part) {
    const std::string gtid_set = part.gtid_set.empty() ? "NULL" : Connection::quote(part.gtid_set);
    PENSTOCK_ASSIGN(
        const std::uint64_t matched,
        destination.execute(fmt::format(
            "UPDATE penstock.copy SET state = '{}', last_key = {}, row_count = {}, byte_count = {},"
            " gtid_set = {} WHERE {}",
            state_names[static_cast<std::size_t>(part.state)],
            Connection::quote(join_key(part.last_key)), part.rows, part.bytes, gtid_set,
            where_part(fence.task, part))));
    if (matched == 1) return {};
    return fail(ErrorKind::definite, error_copy_ledger,
                fmt::format("penstock.copy has lost part {} of table {}", part.number,
                            mysql::quote_identifier(part.schema, part.table)),
                "start the full migration of this task over");
}

Result<std::vector<KeylessSnapshot>> load_keyless_snapshots(Connection& destination,
                                                            std::string_view task) {
    PENSTOCK_ASSIGN(
        const mysql::ResultSet result,
        destination.query("SELECT schema_name, table_name, gtid_set FROM penstock.copy"
                          " WHERE gtid_set IS NOT NULL AND task = " +
                          Connection::quote(task) + " ORDER BY schema_name, table_name"));
    std::vector<KeylessSnapshot> snapshots;
    for (std::size_t row = 0; row < result.row_count(); ++row) {
        snapshots.push_back({result.text(row, 0), result.text(row, 1), result.text(row, 2)});
    }
    return snapshots;
}

}  // namespace penstock::snapshot
