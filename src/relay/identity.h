// Identity: whose relay log a folder holds. It is kept in the folder as "relay.meta", a few lines
// of "key value", so that a folder is never mixed up with that of another task or another source.
#pragma once

#include <string>

#include "penstock/result.h"

namespace penstock::relay {

struct Identity {
    std::string task_name;
    std::string task_uuid;
    std::string source_uuid;  // @@server_uuid of the source

    friend bool operator==(const Identity&, const Identity&) = default;
};

inline constexpr const char* identity_file_name = "relay.meta";

// Whether the folder is, or may become, that of `identity`; changes nothing. A missing or empty
// folder may; otherwise a difference is refused as error_foreign_relay.
[[nodiscard]] Result<void> check_directory(const std::string& directory, const Identity& identity);

// Writes the identity into a folder that has none, else compares: a difference is refused as
// error_foreign_relay, naming both.
[[nodiscard]] Result<void> claim_directory(const std::string& directory, const Identity& identity);

}  // namespace penstock::relay
