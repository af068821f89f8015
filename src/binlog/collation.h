// Collations, which the log names by the server's numbers. Pure.
//
// Source: the Id column of SHOW COLLATION in mysql-9.7 and MariaDB 10.11 and 11.8. MariaDB has
// NO PAD variants 1024 above, and from 2048 on 256 numbers for each Unicode character set
// (include/m_ctype.h: MY_UCA1400_COLLATION_ID_MIN and below).
#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::binlog {

inline constexpr std::uint32_t collation_unknown = 0;
inline constexpr std::uint32_t collation_binary = 63;
// The only binary collation of text without padding (mysql-9.7 strings/ctype-utf8.cc,
// my_charset_utf8mb4_0900_bin). In the others 'a' is 'a '.
inline constexpr std::uint32_t collation_utf8mb4_0900_bin = 309;

// "," in the collation's character set: between the members of a SET.
[[nodiscard]] std::string_view comma(std::uint32_t collation);

}  // namespace penstock::binlog
