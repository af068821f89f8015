// The task's own state in the destination: what a task must remember across restarts and hosts is
// there and nowhere else; local files are caches.
//
// Two tables, so that the status written each second never waits for the transactions that hold
// the token in share mode, nor they for it:
//
//   penstock.task         name                 PK, the task's name
//                         task_uuid            made at creation; names the owner of relay folders
//                         token                fence token: grows by one with each take-over
//                         source_uuid, kind    what the task was made for; another is refused
//                         start_gtid_set       D, the set the snapshot starts from; NULL: not yet
//                         overlap_file, overlap_position   end of the overlap of copy and stream
//                         owner_host, owner_pid, owner_connection, owner_since   who runs it, or
//                         did last created
//   penstock.task_status  name, token          as above
//                         modules              JSON of the seven modules, see progress.h
//                         status               JSON, see progress.h; refreshed each second
//                         error                text of the last failure; NULL for none
//                         updated
//
// Functions take a Connection of the caller; one thread at a time per Connection. Those that write
// compare the fence token: a stale owner gets error_fenced and has changed nothing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mysql/connection.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"
#include "task/progress.h"

namespace penstock::task {

struct BinlogPosition {
    std::string file;
    std::uint64_t position = 0;
};

struct TaskRecord {
    std::string name;
    std::string task_uuid;
    std::uint64_t token = 0;
    std::string source_uuid;
    std::string kind;
    std::optional<std::string> start_gtid_set;
    std::optional<BinlogPosition> overlap_end;
    std::array<ModuleProgress, module_count> modules;
    std::string status_json;  // "" until the first save
    std::string error;        // "" for none
    std::string owner_host;
    std::uint64_t owner_pid = 0;
    std::uint64_t owner_connection = 0;  // the id of its RunLock's connection
    std::string owner_since;             // UTC, as the server says it
    std::string created;
    std::string status_updated;
};

// What a task is made for; must be the same at every take-over.
struct TaskIdentity {
    std::string name;
    std::string kind;
    std::string source_uuid;
};

// In the place of the source's uuid where binlog files are the source: whose they are is told by
// their GTIDs.
inline constexpr const char* uuid_of_files = "files";

// Creates schema penstock and the two tables where they are missing.
[[nodiscard]] Result<void> create_store(mysql::Connection& destination);

// Makes the row at the first call, else counts its token up; this process becomes the owner. In
// one transaction; `within` runs inside it with the new record, before the commit, so that other
// rows that carry the token (checkpoints) change with it. Refused with error_other_task when the
// row was made for another source or kind.
using WithinTakeOver = std::function<Result<void>(mysql::Connection&, const TaskRecord&)>;
[[nodiscard]] Result<TaskRecord> take_over(mysql::Connection& destination,
                                           const TaskIdentity& identity,
                                           const WithinTakeOver& within = {});

// The row as it is; error_task_not_found when the table or the row is not there.
[[nodiscard]] Result<TaskRecord> load(mysql::Connection& destination, std::string_view name);

// First statement of a transaction that must be fenced: holds the row in share mode until its end.
[[nodiscard]] Result<void> check_fence(mysql::Connection& destination, std::string_view name,
                                       std::uint64_t token);

[[nodiscard]] Result<void> save_start(mysql::Connection& destination, std::string_view name,
                                      std::uint64_t token, std::string_view start_gtid_set);
[[nodiscard]] Result<void> save_overlap_end(mysql::Connection& destination, std::string_view name,
                                            std::uint64_t token, const BinlogPosition& end);
// Stores the seven modules, the status JSON and the error text as they are in `status`; once a
// second, and at each change of a module before the next one begins.
[[nodiscard]] Result<void> save_status(mysql::Connection& destination, std::uint64_t token,
                                       const TaskStatus& status);

// Held for as long as a process runs a task: a second `run` of the same task on the same
// destination is refused with the host, process and connection that has it. Owns its connection,
// which may also be used for save_status() (and stays alive by it). This is a courtesy; what keeps
// data safe is the token.
class RunLock {
public:
    [[nodiscard]] static Result<RunLock> acquire(const mysql::Endpoint& destination,
                                                 std::string_view task_name);
    [[nodiscard]] mysql::Connection& connection() { return connection_; }

private:
    explicit RunLock(mysql::Connection connection) : connection_(std::move(connection)) {}
    mysql::Connection connection_;
};

// Who holds the RunLock of a task now; nullopt when nobody runs it. Host, process and time are
// empty for a moment at its start, until it has taken the task over.
struct Runner {
    std::uint64_t connection_id = 0;
    std::string host;
    std::uint64_t pid = 0;
    std::string since;  // UTC
};
[[nodiscard]] Result<std::optional<Runner>> find_runner(mysql::Connection& destination,
                                                        std::string_view task_name);

}  // namespace penstock::task
