// Error codes of mysql: PST-1200 to PST-1299, and how a server's error number becomes one.
#pragma once

#include <string>
#include <string_view>

#include "penstock/result.h"

namespace penstock::mysql {

// The host does not answer: name, port, socket, firewall, or the server is down.
inline constexpr ErrorCode error_unreachable{1201};
// The server refused the account: user, password or host part.
inline constexpr ErrorCode error_access_denied{1202};
// The connection broke while in use; whether the last statement was executed is unknown.
inline constexpr ErrorCode error_connection_lost{1203};
// A statement failed for a reason that repeating will not mend; the text has the server's words.
inline constexpr ErrorCode error_statement{1204};
// The account lacks a right for a statement.
inline constexpr ErrorCode error_missing_right{1205};
// Deadlock or lock wait timeout: the transaction was rolled back and may be repeated.
inline constexpr ErrorCode error_conflict{1206};
// Too many connections, shutting down, or read-only for now: worth a retry.
inline constexpr ErrorCode error_server_busy{1207};
// The server sent what the client library can't take.
inline constexpr ErrorCode error_protocol{1208};
// TLS was asked for and can't be had as asked.
inline constexpr ErrorCode error_tls{1209};
// A statement was sent into a pipeline that must not be there: a mistake of ours.
inline constexpr ErrorCode error_pipeline{1210};

// Turns a server's or the client library's error number into an Error; `where` names the server
// and what was being done.
[[nodiscard]] Error classify(unsigned number, std::string_view message, std::string_view where);

// The beginning of a statement, for messages: never the rows of an INSERT or a BINLOG, which belong
// to the user and not into a log.
[[nodiscard]] std::string presentable(std::string_view statement);

}  // namespace penstock::mysql
