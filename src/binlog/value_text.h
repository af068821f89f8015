// A value's text, as SELECT of the server gives it: the same bytes, in the column's own character
// set, with the time zone UTC.
//
// Where SELECT gives bytes, so does this: BIT, BINARY, BLOB, GEOMETRY and VECTOR columns (showing
// them in hexadecimal is the caller's choice; append_vector_text() and geometry_text.h have them
// readable). What the log does not tell cannot be printed: ZEROFILL, the decimals of
// FLOAT(10,2), that a MariaDB column is UUID or INET6 and not BINARY. Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "binlog/value.h"

namespace penstock::binlog {

// `names` are the members of an ENUM or SET column; without them its number is appended. NULL is
// "NULL", an absent column nothing. Error: bytes that are no value of the type, a member that the
// column does not have; nothing or a part has been appended then.
[[nodiscard]] Result<void> append_value_text(std::string& out, const Value& value,
                                             std::span<const std::string_view> names = {});

// "[1.00000e+00,-2.50000e+00]", as VECTOR_TO_STRING() gives it. `value` is a vector.
void append_vector_text(std::string& out, const Value& value);

}  // namespace penstock::binlog
