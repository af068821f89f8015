// Mixed text: the output of SHOW CREATE is in two character sets at once, and this makes it one.
//
// The server stores the body and the parameters of a routine, trigger or event as the client wrote
// them, in its character set, and prints the names, the definer, the RETURNS type and the comment
// around them in utf8. Executed as it comes, such a statement would break either the body or the
// names. So the utf8 parts are converted to the body's character set, by the server itself, and
// nothing else is touched. Views come wholly in the client's character set, tables in utf8 but for
// literals with an introducer, which are bytes in any case. All observed on MySQL 9.7.4.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/ddl.h"

namespace penstock::schema {

enum class MixedKind : std::uint8_t { routine, trigger, scheduled_event };

struct TextRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    friend bool operator==(const TextRange&, const TextRange&) = default;
};

// The ranges of a SHOW CREATE text that are utf8. Pure.
[[nodiscard]] Result<std::vector<TextRange>> utf8_ranges(MixedKind kind, std::string_view sql,
                                                         LexicalMode mode);

// The text wholly in `character_set`. `object` names it in errors.
[[nodiscard]] Result<std::string> in_one_character_set(mysql::Connection& connection,
                                                       MixedKind kind, std::string sql,
                                                       std::string_view sql_mode,
                                                       const std::string& character_set,
                                                       std::string_view object);

// Lexical rules of a sql_mode given by names.
[[nodiscard]] LexicalMode lexical_mode_of_names(std::string_view sql_mode);

}  // namespace penstock::schema
