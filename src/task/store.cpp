#include "task/store.h"

#include <fmt/format.h>
#include <unistd.h>
#include <charconv>
#include <climits>

#include "task/errors.h"

namespace penstock::task {
namespace {

using mysql::Connection;

constexpr unsigned er_bad_database = 1049;  // server: share/messages_to_clients.txt
constexpr unsigned er_no_such_table = 1146;

constexpr std::string_view create_task_table =
    "CREATE TABLE IF NOT EXISTS penstock.task ("
    " name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,"
    " task_uuid CHAR(36) CHARACTER SET ascii NOT NULL,"
    " token BIGINT UNSIGNED NOT NULL,"
    " source_uuid CHAR(36) CHARACTER SET ascii NOT NULL,"
    " kind VARCHAR(32) CHARACTER SET ascii NOT NULL,"
    " start_gtid_set LONGTEXT CHARACTER SET utf8mb4 NULL,"
    " overlap_file VARCHAR(512) CHARACTER SET utf8mb4 NULL,"
    " overlap_position BIGINT UNSIGNED NULL,"
    " owner_host VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,"
    " owner_pid BIGINT UNSIGNED NOT NULL,"
    " owner_connection BIGINT UNSIGNED NOT NULL,"
    " owner_since DATETIME(3) NOT NULL,"
    " created DATETIME(3) NOT NULL"
    ") ENGINE=InnoDB COMMENT='penstock: tasks and their owners'";

constexpr std::string_view create_status_table =
    "CREATE TABLE IF NOT EXISTS penstock.task_status ("
    " name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,"
    " token BIGINT UNSIGNED NOT NULL,"
    " modules LONGTEXT CHARACTER SET utf8mb4 NOT NULL,"
    " status LONGTEXT CHARACTER SET utf8mb4 NOT NULL,"
    " error TEXT CHARACTER SET utf8mb4 NULL,"
    " updated DATETIME(3) NOT NULL"
    ") ENGINE=InnoDB COMMENT='penstock: what a task shows of itself'";

constexpr std::string_view select_record =
    "SELECT t.name, t.task_uuid, t.token, t.source_uuid, t.kind, t.start_gtid_set, t.overlap_file,"
    " t.overlap_position, t.owner_host, t.owner_pid, t.owner_connection, t.owner_since, t.created,"
    " s.modules, s.status, s.error, s.updated"
    " FROM penstock.task t LEFT JOIN penstock.task_status s ON s.name = t.name WHERE t.name = ";

std::string quoted(std::string_view text) {
    return Connection::quote(text);
}

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string host_name() {
    char name[HOST_NAME_MAX + 1] = "";
    static_cast<void>(::gethostname(name, sizeof name - 1));
    return name;
}

// A user-level lock has at most 64 characters, and ignores case.
std::string lock_name(std::string_view task) {
    constexpr std::size_t lock_chars_max = 64;
    constexpr std::string_view prefix = "penstock:";
    const std::string whole = fmt::format("{}{}", prefix, task);
    if (whole.size() <= lock_chars_max) return whole;
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a, 64 bits
    for (const char c : task) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211u;
    return fmt::format("{}{}-{:016x}", prefix, task.substr(0, 32), hash);
}

bool is_missing(const Connection& connection) {
    return connection.last_error_number() == er_bad_database ||
           connection.last_error_number() == er_no_such_table;
}

tl::unexpected<Error> not_found(std::string_view name, const Connection& destination) {
    return fail(ErrorKind::definite, error_task_not_found,
                fmt::format("the destination {} has no task \"{}\"",
                            destination.endpoint().describe(), name),
                "start it with penstock run, or check the task file's name and destination");
}

tl::unexpected<Error> fenced(std::string_view name, std::uint64_t token) {
    return fail(ErrorKind::definite, error_fenced,
                fmt::format("task \"{}\" was taken over by another owner; this one held token {}",
                            name, token),
                "see who runs it with penstock task show; nothing was written by this one");
}

Result<TaskRecord> record_from(const mysql::ResultSet& rows) {
    const auto text = [&](std::size_t column) { return rows.text(0, column); };
    const auto given = [&](std::size_t column) { return rows.row(0)[column].has_value(); };
    TaskRecord record;
    record.name = text(0);
    record.task_uuid = text(1);
    record.token = number(text(2));
    record.source_uuid = text(3);
    record.kind = text(4);
    if (given(5)) record.start_gtid_set = text(5);
    if (given(6)) record.overlap_end = BinlogPosition{text(6), number(text(7))};
    record.owner_host = text(8);
    record.owner_pid = number(text(9));
    record.owner_connection = number(text(10));
    record.owner_since = text(11);
    record.created = text(12);
    if (given(13)) {
        PENSTOCK_ASSIGN(record.modules, modules_from_json(text(13)));
    }
    record.status_json = text(14);
    record.error = text(15);
    record.status_updated = text(16);
    return record;
}

Result<void> same_identity(const TaskRecord& record, const TaskIdentity& wanted) {
    const auto refuse = [&](std::string text) {
        return fail(ErrorKind::refused, error_other_task, std::move(text),
                    "use another name in the task file, or the source and kind it was made for");
    };
    if (record.source_uuid != wanted.source_uuid) {
        return refuse(
            fmt::format("the destination's task \"{}\" was made for the source with "
                        "server_uuid {}, not {}",
                        wanted.name, record.source_uuid, wanted.source_uuid));
    }
    if (record.kind != wanted.kind) {
        return refuse(fmt::format("the destination's task \"{}\" is a {}, not a {}", wanted.name,
                                  record.kind, wanted.kind));
    }
    return {};
}

Result<void> insert_task(Connection& destination, const TaskIdentity& identity,
                         const std::string& owner) {
    PENSTOCK_TRY(destination.execute(fmt::format(
        "INSERT INTO penstock.task (name, task_uuid, token, source_uuid, kind, owner_host,"
        " owner_pid, owner_connection, owner_since, created)"
        " VALUES ({}, UUID(), 1, {}, {}, {}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))",
        quoted(identity.name), quoted(identity.source_uuid), quoted(identity.kind), owner)));
    PENSTOCK_TRY(destination.execute(
        fmt::format("INSERT INTO penstock.task_status (name, token, modules, status, updated)"
                    " VALUES ({}, 1, {}, '', UTC_TIMESTAMP(3))",
                    quoted(identity.name), quoted(modules_to_json(TaskStatus{})))));
    return {};
}

Result<TaskRecord> take_over_in_transaction(Connection& destination, const TaskIdentity& identity,
                                            const WithinTakeOver& within) {
    const std::string name = quoted(identity.name);
    const std::string connection =
        fmt::format("COALESCE(IS_USED_LOCK({}), 0)", quoted(lock_name(identity.name)));
    const std::string owner =
        fmt::format("{}, {}, {}", quoted(host_name()), ::getpid(), connection);

    PENSTOCK_ASSIGN(mysql::ResultSet rows,
                    destination.query(fmt::format("{}{} FOR UPDATE OF t", select_record, name)));
    if (rows.row_count() == 0) {
        PENSTOCK_TRY(insert_task(destination, identity, owner));
    } else {
        PENSTOCK_ASSIGN(const TaskRecord before, record_from(rows));
        PENSTOCK_TRY(same_identity(before, identity));
        PENSTOCK_TRY(destination.execute(fmt::format(
            "UPDATE penstock.task SET token = token + 1, owner_host = {}, owner_pid = {},"
            " owner_connection = {}, owner_since = UTC_TIMESTAMP(3) WHERE name = {}",
            quoted(host_name()), ::getpid(), connection, name)));
        PENSTOCK_TRY(destination.execute(
            fmt::format("UPDATE penstock.task_status SET token = {}, updated = UTC_TIMESTAMP(3)"
                        " WHERE name = {}",
                        before.token + 1, name)));
    }
    PENSTOCK_ASSIGN(mysql::ResultSet now,
                    destination.query(fmt::format("{}{}", select_record, name)));
    if (now.row_count() == 0) return not_found(identity.name, destination);
    PENSTOCK_ASSIGN(TaskRecord record, record_from(now));
    if (within) PENSTOCK_TRY(within(destination, record));
    return record;
}

// An update of a row that carries the token; none matched means that it is another owner's now.
Result<void> update_fenced(Connection& destination, std::string_view table, std::string_view set,
                           std::string_view name, std::uint64_t token) {
    PENSTOCK_ASSIGN(const std::uint64_t matched,
                    destination.execute(fmt::format("UPDATE penstock.{} SET {} WHERE name = {} AND"
                                                    " token = {}",
                                                    table, set, quoted(name), token)));
    if (matched == 0) return fenced(name, token);
    return {};
}

}  // namespace

Result<void> create_store(Connection& destination) {
    // Looked for first: CREATE … IF NOT EXISTS would be one more transaction in the destination's
    // binlog at every start, and needs a right that later runs can do without.
    if (destination.query("SELECT 1 FROM penstock.task, penstock.task_status LIMIT 0")) return {};
    PENSTOCK_TRY(destination.execute("CREATE DATABASE IF NOT EXISTS penstock"));
    PENSTOCK_TRY(destination.execute(create_task_table));
    PENSTOCK_TRY(destination.execute(create_status_table));
    return {};
}

Result<TaskRecord> take_over(Connection& destination, const TaskIdentity& identity,
                             const WithinTakeOver& within) {
    PENSTOCK_TRY(destination.execute("START TRANSACTION"));
    auto record = take_over_in_transaction(destination, identity, within);
    if (!record) {
        static_cast<void>(destination.execute("ROLLBACK"));
        return record;
    }
    PENSTOCK_TRY(destination.execute("COMMIT"));
    return record;
}

Result<TaskRecord> load(Connection& destination, std::string_view name) {
    auto rows = destination.query(fmt::format("{}{}", select_record, quoted(name)));
    if (!rows && is_missing(destination)) return not_found(name, destination);
    if (!rows) return forward_error(rows);
    if (rows->row_count() == 0) return not_found(name, destination);
    return record_from(*rows);
}

Result<void> check_fence(Connection& destination, std::string_view name, std::uint64_t token) {
    PENSTOCK_ASSIGN(
        const auto found,
        destination.query_value(fmt::format(
            "SELECT token FROM penstock.task WHERE name = {} FOR SHARE", quoted(name))));
    if (!found || number(*found) != token) return fenced(name, token);
    return {};
}

Result<void> save_start(Connection& destination, std::string_view name, std::uint64_t token,
                        std::string_view start_gtid_set) {
    return update_fenced(destination, "task",
                         fmt::format("start_gtid_set = {}", quoted(start_gtid_set)), name, token);
}

Result<void> save_overlap_end(Connection& destination, std::string_view name, std::uint64_t token,
                              const BinlogPosition& end) {
    return update_fenced(
        destination, "task",
        fmt::format("overlap_file = {}, overlap_position = {}", quoted(end.file), end.position),
        name, token);
}

Result<void> save_status(Connection& destination, std::uint64_t token, const TaskStatus& status) {
    const std::string error = status.error ? quoted(status.error->to_string()) : "NULL";
    return update_fenced(
        destination, "task_status",
        fmt::format("modules = {}, status = {}, error = {},"
                    " updated = UTC_TIMESTAMP(3)",
                    quoted(modules_to_json(status)), quoted(to_json(status)), error),
        status.task, token);
}

Result<RunLock> RunLock::acquire(const mysql::Endpoint& destination, std::string_view task_name) {
    mysql::SessionOptions options;
    options.program_name = "penstock-run";
    PENSTOCK_ASSIGN(Connection connection, Connection::open(destination, options));
    PENSTOCK_ASSIGN(const auto got, connection.query_value(fmt::format(
                                        "SELECT GET_LOCK({}, 0)", quoted(lock_name(task_name)))));
    if (got == "1") return RunLock(std::move(connection));
    PENSTOCK_ASSIGN(const auto runner, find_runner(connection, task_name));
    if (!runner) {
        return fail(
            ErrorKind::transient, error_already_running,
            fmt::format("task \"{}\" was being run by another process a moment ago", task_name),
            "try again");
    }
    const std::string who = runner->host.empty()
                                ? std::string("another process")
                                : fmt::format("process {} on host {} since {} UTC", runner->pid,
                                              runner->host, runner->since);
    return fail(ErrorKind::refused, error_already_running,
                fmt::format("task \"{}\" is run by {}, as connection {} of {}", task_name, who,
                            runner->connection_id, destination.describe()),
                fmt::format("stop it there first; if it hangs, KILL {} on the destination",
                            runner->connection_id));
}

Result<std::optional<Runner>> find_runner(Connection& destination, std::string_view task_name) {
    PENSTOCK_ASSIGN(const auto id, destination.query_value(fmt::format(
                                       "SELECT IS_USED_LOCK({})", quoted(lock_name(task_name)))));
    if (!id) return std::nullopt;
    Runner runner;
    runner.connection_id = number(*id);
    const auto record = load(destination, task_name);
    if (record && record->owner_connection == runner.connection_id) {
        runner.host = record->owner_host;
        runner.pid = record->owner_pid;
        runner.since = record->owner_since;
    }
    return runner;
}

}  // namespace penstock::task
