#include "capture/source_session.h"

#include <fmt/core.h>
#include <sys/socket.h>

#include <utility>
#include <vector>

#include "capture/dump_request.h"
#include "capture/errors.h"
#include "capture/limits.h"
#include "capture/stream_errors.h"
#include "mysql/binlog_status.h"

namespace penstock::capture {
namespace {

constexpr std::chrono::seconds answer_patience{30};

Result<void> check_source(mysql::Connection& connection, const SessionRequest& request) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    connection.query("SELECT @@global.log_bin, @@global.server_uuid"));
    const std::string name = connection.endpoint().describe();
    if (rows.text(0, 0) != "1") {
        return fail(ErrorKind::refused, error_binlog_off, name + " writes no binlog",
                    "Start the source with log_bin.");
    }
    if (rows.text(0, 1) != request.source_uuid) {
        return fail(ErrorKind::definite, error_source_changed,
                    fmt::format("{} is the server {}, but the relay log was captured from {}", name,
                                rows.text(0, 1), request.source_uuid),
                    "Point the task to the server it was started with, or start it anew.");
    }
    return {};
}

// The dump itself would fail too, but with fewer words, and not at all for a file that a reset
// server has begun again.
Result<void> check_position(mysql::Connection& connection, const relay::Position& from) {
    PENSTOCK_ASSIGN(const std::vector<mysql::BinlogFile> files, mysql::binlog_files(connection));
    const std::string name = connection.endpoint().describe();
    for (const mysql::BinlogFile& file : files) {
        if (file.name != from.file) continue;
        if (file.size >= from.offset) return {};
        return fail(
            ErrorKind::definite, error_source_behind,
            fmt::format("{} of {} has {} bytes, but the relay log holds it up to {}", file.name,
                        name, file.size, from.offset),
            "The source has lost the end of its binlog (a crash without sync_binlog=1, or a "
            "reset): start the task anew with an empty destination.");
    }
    const relay::Position oldest{files.empty() ? std::string{} : files.front().name, 0};
    if (!oldest.empty() && from < oldest) {
        return fail(ErrorKind::definite, error_binlog_purged,
                    fmt::format("{} has purged {}: its oldest binlog file is {}", name, from.file,
                                oldest.file),
                    "Keep binlogs longer on the source (binlog_expire_logs_seconds) and start the "
                    "task anew with an empty destination.");
    }
    return fail(ErrorKind::definite, error_source_behind,
                fmt::format("{} has no binlog file {}", name, from.file),
                "The source's binlog was reset: start the task anew with an empty destination.");
}

// Both spellings of each variable: MySQL before 8.0.26 and MariaDB know the older one only. The
// source's own checksum setting is announced, so that it sends what lies in its files.
Result<void> introduce(mysql::Connection& connection, const SessionRequest& request) {
    const auto period_ns = std::chrono::nanoseconds(request.heartbeat_period).count();
    const std::string uuid = mysql::Connection::quote(request.replica_uuid);
    PENSTOCK_TRY(
        connection.execute("SET @source_binlog_checksum=@@global.binlog_checksum, "
                           "@master_binlog_checksum=@@global.binlog_checksum"));
    PENSTOCK_TRY(connection.execute(
        fmt::format("SET @source_heartbeat_period={0}, @master_heartbeat_period={0}", period_ns)));
    PENSTOCK_TRY(connection.execute(fmt::format("SET @replica_uuid={0}, @slave_uuid={0}", uuid)));
    return {};
}

}  // namespace

Result<std::unique_ptr<SourceSession>> SourceSession::open(const SessionRequest& request,
                                                           uring::Backend& backend,
                                                           const uring::Waker& waker) {
    mysql::SessionOptions options;
    options.program_name = "penstock capture";
    options.network_timeout = std::chrono::ceil<std::chrono::seconds>(request.silence_limit);
    PENSTOCK_ASSIGN(mysql::Connection connection, mysql::Connection::open(request.source, options));
    PENSTOCK_TRY(check_source(connection, request));
    PENSTOCK_TRY(check_position(connection, request.from));
    PENSTOCK_TRY(introduce(connection, request));
    std::unique_ptr<SourceSession> session(new SourceSession(std::move(connection)));
    if (session->waits_in_backend()) {
        const int socket = session->connection_.socket();
        session->packets_ = std::make_unique<SocketPackets>(backend.stream(socket), socket);
    } else {
        session->packets_ = std::make_unique<LibraryPackets>(session->connection_, waker);
    }
    PENSTOCK_TRY(session->ask_for_binlog(request));
    return session;
}

SourceSession::SourceSession(mysql::Connection connection)
    : connection_(std::move(connection)), name_(connection_.endpoint().describe()) {}

// The kernel must stop receiving before the library closes the socket; the shutdown makes the
// source's dump thread notice at once.
SourceSession::~SourceSession() {
    packets_.reset();
    shutdown(connection_.socket(), SHUT_RDWR);
}

Result<void> SourceSession::ask_for_binlog(const SessionRequest& request) {
    PENSTOCK_TRY(packets_->send(base::as_bytes(register_replica(request.server_id))));
    Result<ReceivedEvent> answer = answer_to_registration();
    if (!answer && answer.error().kind == ErrorKind::refused) {  // "access denied", whatever lacks
        return fail(ErrorKind::refused, mysql::error_missing_right, answer.error().text,
                    fmt::format("GRANT REPLICATION SLAVE ON *.* TO '{}'", request.source.user));
    }
    if (!answer) return forward_error(answer);
    if (answer->outcome == uring::ReceiveOutcome::timeout) {
        return fail(ErrorKind::transient, error_stream_ended, name_ + " does not answer");
    }
    return packets_->send(base::as_bytes(binlog_dump(request.server_id, request.from)));
}

Result<ReceivedEvent> SourceSession::answer_to_registration() {
    Result<ReceivedEvent> answer = next(answer_patience);
    while (answer && answer->outcome == uring::ReceiveOutcome::bytes && !answer->event.last) {
        answer = next(answer_patience);
    }
    return answer;
}

Result<ReceivedEvent> SourceSession::next(std::chrono::milliseconds timeout) {
    PENSTOCK_ASSIGN(const ReceivedPacket packet, packets_->next(timeout));
    if (packet.outcome != uring::ReceiveOutcome::bytes) return ReceivedEvent{packet.outcome};
    Part event = packet.payload;
    if (!event.first) return ReceivedEvent{packet.outcome, event};
    if (!begins_event(event.bytes)) return explain(event, timeout);
    event.bytes = event.bytes.subspan(1);
    return ReceivedEvent{packet.outcome, event};
}

// A payload that is no event, joined as far as is worth it.
Result<ReceivedEvent> SourceSession::explain(Part payload, std::chrono::milliseconds timeout) {
    std::string whole(base::as_text(payload.bytes));
    while (!payload.last) {
        PENSTOCK_ASSIGN(const ReceivedPacket packet, packets_->next(timeout));
        if (packet.outcome != uring::ReceiveOutcome::bytes) return ReceivedEvent{packet.outcome};
        payload = packet.payload;
        if (whole.size() + payload.bytes.size() > joined_bytes_max) continue;
        whole += base::as_text(payload.bytes);
    }
    return tl::unexpected<Error>(error_of_payload(base::as_bytes(whole), name_));
}

}  // namespace penstock::capture
