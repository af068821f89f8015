// RawPackets: commands and answers of the protocol as bytes, through the client library, which
// decrypts and decompresses: for a session whose socket can't be taken over.
//
// One thread at a time. Borrows the Connection, which must outlive it and can't be used for
// statements afterwards. Only MariaDB Connector/C lets us do this; with another client library
// send() is refused.
#pragma once

#include "base/bytes.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::mysql {

class RawPackets {
public:
    explicit RawPackets(const Connection& connection) : connection_(connection) {}

    // The command byte and what follows it.
    [[nodiscard]] Result<void> send(base::Bytes command);
    // The next payload, packets of 16 MiB joined; valid until the next call. Waits as long as the
    // session's network_timeout, after which the connection counts as lost. An error packet of the
    // server is a payload like any other.
    [[nodiscard]] Result<base::Bytes> next();

private:
    [[nodiscard]] tl::unexpected<Error> last_error(const char* doing) const;

    const Connection& connection_;
    std::string error_packet_;
};

}  // namespace penstock::mysql
