#include "snapshot/sessions.h"

#include <fmt/format.h>
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>

#include "base/errors.h"
#include "binlog/binlog_statement.h"
#include "snapshot/limits.h"

namespace penstock::snapshot {
namespace {

// The types in a JSON document are listed by it. The server's own upper limit is the packet.
constexpr std::uint32_t group_concat_bytes = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Result<mysql::Connection> open_source(const mysql::Endpoint& endpoint) {
    mysql::SessionOptions options;
    options.setup = {
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        fmt::format("SET SESSION lock_wait_timeout = {}", table_lock_wait.count()),
        fmt::format("SET SESSION group_concat_max_len = {}", group_concat_bytes),
    };
    PENSTOCK_ASSIGN(mysql::Connection connection, mysql::Connection::open(endpoint, options));
    const bool mysql = connection.version().flavour == mysql::Flavour::mysql;
    PENSTOCK_TRY(connection.execute(mysql ? "SET SESSION max_execution_time = 0"
                                          : "SET SESSION max_statement_time = 0"));
    return connection;
}

Result<mysql::Connection> open_destination(const mysql::Endpoint& endpoint) {
    mysql::SessionOptions options;
    options.setup = {
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION foreign_key_checks = 0, unique_checks = 1",
    };
    PENSTOCK_ASSIGN(mysql::Connection connection, mysql::Connection::open(endpoint, options));
    if (connection.version().flavour == mysql::Flavour::mysql) {
        PENSTOCK_TRY(
            connection.execute(binlog::format_description_statement(connection.version().text)));
        PENSTOCK_TRY(connection.execute("SET SESSION gtid_next = 'AUTOMATIC'"));
    }
    return connection;
}

bool pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    static_cast<void>(changed.wait_for(lock, stop, duration, [] { return false; }));
    return !stop.stop_requested();
}

std::chrono::milliseconds retry_pause(unsigned attempt) {
    constexpr unsigned doublings_max = 16;
    const unsigned doublings = std::min(attempt > 0 ? attempt - 1 : 0, doublings_max);
    const std::chrono::milliseconds doubled(retry_pause_min.count() << doublings);
    return std::min(retry_pause_max, doubled);
}

tl::unexpected<Error> cancelled() {
    return fail(ErrorKind::cancelled, base::error_cancelled, "stopped on request");
}

}  // namespace penstock::snapshot
