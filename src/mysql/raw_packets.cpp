#include "mysql/raw_packets.h"

#include <fmt/core.h>
#include <mysql.h>

#include <string>

#include "mysql/errors.h"

namespace penstock::mysql {
namespace {

MYSQL* library_session(const Connection& connection) {
    return static_cast<MYSQL*>(connection.handle());
}

}  // namespace

tl::unexpected<Error> RawPackets::last_error(const char* doing) const {
    MYSQL* const handle = library_session(connection_);
    return tl::unexpected<Error>(
        classify(mysql_errno(handle), mysql_error(handle),
                 fmt::format("{}: {}", connection_.endpoint().describe(), doing)));
}

#ifdef MARIADB_BASE_VERSION

namespace {

constexpr unsigned client_error_first = 2000;  // below: what the server reported

}  // namespace

Result<void> RawPackets::send(base::Bytes command) {
    MYSQL* const handle = library_session(connection_);
    const auto arguments = base::as_text(command.subspan(1));
    const int failed =
        handle->methods->db_command(handle, static_cast<enum_server_command>(command.front()),
                                    arguments.data(), arguments.size(), 1, nullptr);
    if (failed != 0) return last_error("send a command");
    return {};
}

Result<base::Bytes> RawPackets::next() {
    MYSQL* const handle = library_session(connection_);
    const unsigned long size = mysql_net_read_packet(handle);
    if (size != packet_error) return base::Bytes{handle->net.read_pos, size};
    const unsigned number = mysql_errno(handle);
    if (number >= client_error_first) {
        // Whatever the library calls it (a TLS error, for one): a session that was set up is lost.
        auto lost = last_error("read a packet");
        lost.value() = {ErrorKind::transient, error_connection_lost, lost.value().text, {}};
        return lost;
    }
    // The library has taken the server's error packet apart: put it together again.
    error_packet_.clear();
    base::ByteWriter(error_packet_).le(0xFF, 1).le(number, 2).text(mysql_error(handle));
    return base::as_bytes(error_packet_);
}

#else

Result<void> RawPackets::send(base::Bytes) {
    return fail(ErrorKind::refused, error_tls,
                "this build's client library does not hand out raw packets, which reading a binlog "
                "over TLS needs",
                "Use a build with MariaDB Connector/C, or a connection without TLS.");
}

Result<base::Bytes> RawPackets::next() {
    return last_error("read a packet");
}

#endif

}  // namespace penstock::mysql
