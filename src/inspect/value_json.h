// A column's value as JSON.
//
//   integers, YEAR, BIT          number
//   FLOAT, DOUBLE                number, as the server prints it
//   DECIMAL                      string, so that no digit is lost: "12.50"
//   dates and times              string, as the server prints it; TIMESTAMP in UTC
//   ENUM, SET                    string where the log has the members, else number
//   text and bytes               string if the bytes are UTF-8 text, else {"hex": "00ff"}; always
//                                the latter in a column that is known to be binary
//   JSON                         the document itself
//   GEOMETRY                     {"srid": 4326, "wkb": "0101…"}
//   VECTOR                       array of numbers
//
// Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "binlog/value.h"
#include "penstock/result.h"

namespace penstock::inspect {

// Text of any character set, or bytes.
void append_bytes_json(std::string& out, std::string_view bytes, bool binary);

// `value` is not absent. `members` of an ENUM or SET.
[[nodiscard]] Result<void> append_value_json(std::string& out, const binlog::Value& value,
                                             std::span<const std::string_view> members);

}  // namespace penstock::inspect
