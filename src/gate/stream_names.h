// StreamNames: what a statement of the stream says in its own character set, in utf8mb4.
//
// The server asked is the destination: it knows the collations by their numbers. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/stream_statement.h"

namespace penstock::gate {

struct CollationName {
    std::string collation;
    std::string character_set;
};

[[nodiscard]] Result<CollationName> collation_name(mysql::Connection& connection, std::uint16_t id);

// `text` (of `statement`) in utf8mb4.
[[nodiscard]] Result<std::string> in_utf8(mysql::Connection& connection,
                                          const schema::StreamStatement& statement,
                                          std::string_view text);

}  // namespace penstock::gate
