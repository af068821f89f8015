// The server of these tests: at 127.0.0.1 and $PENSTOCK_TEST_PORT, with account p and database
// pipelining.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "mysql/connection.h"

namespace penstock::mysql {

inline Endpoint test_server() {
    const char* const port = std::getenv("PENSTOCK_TEST_PORT");
    Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = static_cast<std::uint16_t>(std::atoi(port == nullptr ? "0" : port));
    endpoint.user = "p";
    endpoint.tls = TlsMode::disabled;
    return endpoint;
}

inline Connection open_test_connection() {
    SessionOptions options;
    options.database = "pipelining";
    auto connection = Connection::open(test_server(), options);
    if (!connection) throw std::runtime_error(connection.error().text);
    return std::move(*connection);
}

}  // namespace penstock::mysql
