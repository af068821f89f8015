#include "mysql/errors.h"

#include <fmt/format.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <algorithm>

#include <errmsg.h>

namespace penstock::mysql {
namespace {

// Numbers of MySQL 8 and 9 that the client library's header may not name
// (share/messages_to_clients.txt, tag mysql-9.4.0).
constexpr unsigned er_server_offline_mode = 3032;
constexpr unsigned er_client_interaction_timeout = 4031;
constexpr unsigned er_lock_nowait = 3572;
constexpr unsigned er_innodb_read_only = 1874;

struct Class {
    ErrorKind kind;
    ErrorCode code;
    const char* remedy;
};

Class class_of(unsigned number) {
    switch (number) {
        case CR_CONNECTION_ERROR:
        case CR_CONN_HOST_ERROR:
        case CR_UNKNOWN_HOST:
        case CR_IPSOCK_ERROR:
        case CR_SOCKET_CREATE_ERROR:
            return {ErrorKind::transient, error_unreachable,
                    "check host, port or socket, the firewall, and that the server runs"};
        case CR_SERVER_GONE_ERROR:
        case CR_SERVER_LOST:
        case CR_SERVER_HANDSHAKE_ERR:
        case ER_CONNECTION_KILLED:
        case ER_QUERY_INTERRUPTED:
        case er_client_interaction_timeout:
            return {ErrorKind::transient, error_connection_lost, ""};
        case CR_SSL_CONNECTION_ERROR:
            return {ErrorKind::refused, error_tls,
                    "check the server's certificate and tls_ca, or choose another tls mode"};
        case ER_ACCESS_DENIED_ERROR:
        case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
        case ER_HOST_NOT_PRIVILEGED:
        case 3118:  // ER_ACCOUNT_HAS_BEEN_LOCKED
        case 1862:  // ER_MUST_CHANGE_PASSWORD_LOGIN
            return {ErrorKind::refused, error_access_denied,
                    "check user, password and the account's host part (an anonymous account may "
                    "stand before it)"};
        case ER_DBACCESS_DENIED_ERROR:
        case ER_TABLEACCESS_DENIED_ERROR:
        case ER_COLUMNACCESS_DENIED_ERROR:
        case ER_SPECIFIC_ACCESS_DENIED_ERROR:
        case ER_PROCACCESS_DENIED_ERROR:
            return {ErrorKind::refused, error_missing_right,
                    "run \"penstock precheck\": it prints the missing GRANT lines"};
        case ER_LOCK_DEADLOCK:
        case ER_LOCK_WAIT_TIMEOUT:
        case er_lock_nowait:
            return {ErrorKind::transient, error_conflict, ""};
        case ER_CON_COUNT_ERROR:
        case ER_USER_LIMIT_REACHED:
        case ER_TOO_MANY_USER_CONNECTIONS:
        case ER_SERVER_SHUTDOWN:
        case ER_OPTION_PREVENTS_STATEMENT:
        case er_innodb_read_only:
        case er_server_offline_mode:
            return {ErrorKind::transient, error_server_busy, ""};
        case CR_MALFORMED_PACKET:
        case CR_UNKNOWN_ERROR:
            return {ErrorKind::transient, error_protocol, ""};
        case ER_NET_PACKET_TOO_LARGE:
        case CR_NET_PACKET_TOO_LARGE:
            return {ErrorKind::definite, error_statement, "raise the server's max_allowed_packet"};
        default:
            return {ErrorKind::definite, error_statement, ""};
    }
}

}  // namespace

Error classify(unsigned number, std::string_view message, std::string_view where) {
    const Class found = class_of(number);
    return Error{found.kind, found.code,
                 valid_utf8(fmt::format("{}: {} (error {})", where, message, number)),
                 found.remedy};
}

std::string presentable(std::string_view statement) {
    constexpr std::size_t shown_max = 200;
    std::size_t end = std::min(statement.size(), shown_max);
    for (const std::string_view marker : {" VALUES", "BINLOG '"}) {
        const std::size_t at = statement.find(marker);
        if (at != std::string_view::npos) end = std::min(end, at + marker.size());
    }
    std::string shown(statement.substr(0, end));
    if (end < statement.size()) shown += "…";
    return shown;
}

}  // namespace penstock::mysql
