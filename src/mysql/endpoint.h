// Endpoint: where a server is and who we are there. A value; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/secret.h"

namespace penstock::mysql {

enum class TlsMode : std::uint8_t { disabled, required, verify_ca, verify_identity };

struct Endpoint {
    std::string host;           // used when socket is empty
    std::uint16_t port = 3306;  // used when socket is empty
    std::string socket;         // path of a unix socket
    std::string user;
    base::Secret password;
    TlsMode tls = TlsMode::verify_identity;
    std::string tls_ca;  // path; empty: the system's
    // Sent as connection attribute "penstock_task", so that a new owner of the task finds what an
    // earlier one has left open. Empty: not sent.
    std::string task;

    // "127.0.0.1:3306" or the socket's path: for messages.
    [[nodiscard]] std::string describe() const {
        return socket.empty() ? host + ":" + std::to_string(port) : socket;
    }
};

}  // namespace penstock::mysql
