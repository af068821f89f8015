// The numbers and texts in messages of MySQL's serialization library, which GTID_TAGGED events are.
//
// message = version (0), size, last field that may not be ignored, then fields: id, value. Numbers
// are 1 to 9 bytes: as many as the first byte has trailing ones, plus one; the value's low bits
// follow the zero after them. Signed numbers carry their sign in the lowest bit.
// Source: mysql-9.7 libs/mysql/serialization/{readme.md,variable_length_integers.h,
// serializer_default_impl.hpp}. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace penstock::binlog {

// A number in that form; makes the reader not ok if it is truncated.
[[nodiscard]] std::uint64_t read_varlen(base::ByteReader& reader);
[[nodiscard]] std::int64_t read_varlen_signed(base::ByteReader& reader);
// A string: its length in that form, its bytes.
[[nodiscard]] std::string_view read_varlen_text(base::ByteReader& reader);
void append_varlen(std::string& out, std::uint64_t value);

}  // namespace penstock::binlog
