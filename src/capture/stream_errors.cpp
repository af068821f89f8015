#include "capture/stream_errors.h"

#include <fmt/core.h>

#include <array>
#include <cstdint>

#include "capture/errors.h"
#include "mysql/errors.h"

namespace penstock::capture {
namespace {

constexpr std::uint8_t packet_ok = 0x00;
constexpr std::uint8_t packet_end = 0xFE;
constexpr std::uint8_t packet_error = 0xFF;

// ER_SOURCE_FATAL_ERROR_READING_BINLOG: one number for many causes, told apart by their words.
constexpr unsigned error_reading_binlog = 1236;

struct KnownCause {
    std::string_view words;
    ErrorKind kind;
    ErrorCode code;
    std::string_view remedy;
};

// Source: mysql-9.7 and mysql-5.7 sql/rpl_binlog_sender.cc, sql/rpl_source.cc; MariaDB 10.11
// sql/sql_repl.cc.
constexpr std::array known_causes{
    KnownCause{"Could not find first log file name", ErrorKind::definite, error_binlog_purged,
               "Keep binlogs longer on the source (binlog_expire_logs_seconds) and start the task "
               "anew with an empty destination."},
    KnownCause{"purged required binary logs", ErrorKind::definite, error_binlog_purged,
               "Keep binlogs longer on the source (binlog_expire_logs_seconds) and start the task "
               "anew with an empty destination."},
    KnownCause{"with the same server_uuid/server_id", ErrorKind::definite, error_duplicate_replica,
               "Stop the other penstock or replica, or give this task a server_id of its own."},
    KnownCause{"> file size", ErrorKind::definite, error_source_behind,
               "The source has lost the end of its binlog: start the task anew with an empty "
               "destination, and set sync_binlog=1 on the source."},
    KnownCause{"could not find next log", ErrorKind::definite, error_source_behind,
               "The source's binlog was reset while it was read: start the task anew with an empty "
               "destination."},
    KnownCause{"Binary log is not open", ErrorKind::refused, error_binlog_off,
               "Start the source with log_bin."},
};

Error error_of_packet(base::Bytes body, std::string_view source) {
    base::ByteReader reader(body);
    const unsigned number = reader.u16();
    std::string_view message = base::as_text(reader.rest());
    constexpr std::size_t state_bytes = 6;  // "#HY000"
    if (message.starts_with('#') && message.size() >= state_bytes) {
        message.remove_prefix(state_bytes);
    }
    if (number != error_reading_binlog) {
        return mysql::classify(number, message, fmt::format("binlog stream of {}", source));
    }
    for (const KnownCause& cause : known_causes) {
        if (message.find(cause.words) == std::string_view::npos) continue;
        return Error{cause.kind, cause.code,
                     fmt::format("{} can't send its binlog: {}", source, message),
                     std::string(cause.remedy)};
    }
    return Error{ErrorKind::definite, error_stream_refused,
                 fmt::format("{} can't send its binlog: {}", source, message),
                 "See the source's error log."};
}

}  // namespace

bool begins_event(base::Bytes payload) {
    return !payload.empty() && payload.front() == packet_ok;
}

Error error_of_payload(base::Bytes payload, std::string_view source) {
    if (payload.empty()) {
        return {ErrorKind::transient,
                error_bad_packet,
                fmt::format("{} sent an empty packet", source),
                {}};
    }
    switch (payload.front()) {
        case packet_error:
            return error_of_packet(payload.subspan(1), source);
        case packet_end:
            return {ErrorKind::transient,
                    error_stream_ended,
                    fmt::format("{} ended the binlog stream", source),
                    {}};
        default:
            return {ErrorKind::transient,
                    error_bad_packet,
                    fmt::format("{} sent a packet of unknown kind {:#x}", source, payload.front()),
                    {}};
    }
}

}  // namespace penstock::capture
