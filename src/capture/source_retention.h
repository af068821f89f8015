// SourceRetention: how long the source will keep a binlog file that we still have to read.
//
// A server purges a file by age when it begins another one: binlog_expire_logs_seconds after the
// file's last byte was written. When that was is known to nobody but the server's file system; the
// time of the last event that we have of the file is at or before it, so what is said here is a
// lower bound. Limits by size (MariaDB's max_binlog_total_size) and PURGE BINARY LOGS by hand are
// not foreseen.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::capture {

struct SourceRetention {
    enum class State : std::uint8_t {
        current,  // the source is writing the file: never purged
        kept,     // not purged by age, or nobody knows when
        expires,  // in `left` or later
        gone,     // purged already
    };
    std::string file;
    State state = State::kept;
    std::chrono::seconds left{0};
    std::chrono::seconds period{0};  // how long the source keeps files

    // Little enough time is left that somebody should act.
    [[nodiscard]] bool is_pressing() const;
    // "the source keeps binlog.000042 for at least 1h 05m".
    [[nodiscard]] std::string to_string() const;
};

// What the source's own list and settings say about `file`, of which the last event we have was
// logged at `last_event_timestamp` (seconds of the source's clock; 0: we have none).
[[nodiscard]] Result<SourceRetention> look_at_retention(mysql::Connection& source,
                                                        const std::string& file,
                                                        std::uint32_t last_event_timestamp);

}  // namespace penstock::capture
