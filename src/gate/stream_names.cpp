#include "gate/stream_names.h"

#include <fmt/format.h>
#include <algorithm>

#include "base/text.h"
#include "gate/errors.h"

namespace penstock::gate {

Result<CollationName> collation_name(mysql::Connection& connection, std::uint16_t id) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    connection.query(fmt::format("SELECT COLLATION_NAME, CHARACTER_SET_NAME FROM "
                                                 "information_schema.COLLATIONS WHERE ID={}",
                                                 id)));
    if (rows.row_count() == 0) {
        return fail(ErrorKind::definite, error_event_statement,
                    fmt::format("the stream names collation {}, which the destination lacks", id),
                    "Use a destination that has all collations of the source");
    }
    return CollationName{rows.text(0, 0), rows.text(0, 1)};
}

Result<std::string> in_utf8(mysql::Connection& connection, const schema::StreamStatement& statement,
                            std::string_view text) {
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii || !statement.character_set_client) return std::string(text);
    PENSTOCK_ASSIGN(const CollationName name,
                    collation_name(connection, *statement.character_set_client));
    PENSTOCK_ASSIGN(std::optional<std::string> converted,
                    connection.query_value(fmt::format("SELECT CONVERT(_{} x'{}' USING utf8mb4)",
                                                       name.character_set, base::to_hex(text))));
    return std::move(converted).value_or(std::string());
}

}  // namespace penstock::gate
