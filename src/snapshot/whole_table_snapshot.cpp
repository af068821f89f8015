#include "snapshot/whole_table_snapshot.h"

#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "snapshot/errors.h"
#include "snapshot/limits.h"
#include "snapshot/sessions.h"

namespace penstock::snapshot {
namespace {

constexpr unsigned server_error_lock_wait_timeout = 1205;

Result<void> lock_table(mysql::Connection& locker, const TableShape& table,
                        const std::stop_token& stop) {
    const std::string sql = "LOCK TABLES " + table.quoted_name() + " READ";
    for (unsigned attempt = 1;; ++attempt) {
        Result<std::uint64_t> locked = locker.execute(sql);
        if (locked) return {};
        if (locker.last_error_number() != server_error_lock_wait_timeout) {
            return forward_error(locked);
        }
        if (attempt >= table_lock_attempts_max) {
            return fail(ErrorKind::definite, error_table_lock,
                        fmt::format("table {} has no key and could not be locked in {} attempts "
                                    "of {} s: {}",
                                    table.quoted_name(), attempt, table_lock_wait.count(),
                                    locked.error().text),
                        "end the transactions that have it open for long, or give it a primary "
                        "key, and run again");
        }
        base::log_warning("snapshot", "table {}: waiting for a lock (attempt {} of {})",
                          table.quoted_name(), attempt, table_lock_attempts_max);
        if (!pause(table_lock_pause, stop)) return cancelled();
    }
}

}  // namespace

Result<WholeTableSnapshot> WholeTableSnapshot::open(mysql::Connection& reader,
                                                    const TableShape& table,
                                                    const std::string& select,
                                                    const std::stop_token& stop) {
    PENSTOCK_ASSIGN(mysql::Connection locker, open_source(reader.endpoint()));
    PENSTOCK_TRY(lock_table(locker, table, stop));
    const bool mysql = reader.version().flavour == mysql::Flavour::mysql;
    const std::string gtid_query =
        mysql ? "SELECT @@GLOBAL.gtid_executed" : "SELECT @@GLOBAL.gtid_current_pos";

    WholeTableSnapshot snapshot(reader, std::move(locker));
    PENSTOCK_TRY(reader.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT"));
    PENSTOCK_ASSIGN(const std::optional<std::string> gtid_set, reader.query_value(gtid_query));
    for (const char c : gtid_set.value_or("")) {
        if (c != '\n') snapshot.gtid_set_ += c;  // the server breaks long sets into lines
    }
    PENSTOCK_ASSIGN(mysql::RowStream rows, reader.stream(select));
    snapshot.rows_ = std::move(rows);
    if (table.transactional) {
        PENSTOCK_TRY(snapshot.locker_->execute("UNLOCK TABLES"));
        snapshot.locker_.reset();
    }
    return snapshot;
}

Result<void> WholeTableSnapshot::finish() {
    rows_.reset();
    locker_.reset();
    PENSTOCK_TRY(reader_->execute("COMMIT"));
    return {};
}

}  // namespace penstock::snapshot
