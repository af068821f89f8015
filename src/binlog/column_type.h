// The column types of a TABLE_MAP event.
//
// Source: mysql-9.7 include/field_types.h (enum_field_types), MariaDB 10.11 include/mysql_com.h.
// Pure.
#pragma once

#include <cstdint>

namespace penstock::binlog {

enum class ColumnType : std::uint8_t {
    decimal = 0,
    tiny = 1,
    small = 2,
    integer = 3,
    real = 4,  // FLOAT
    double_real = 5,
    null = 6,
    timestamp = 7,
    big = 8,
    medium = 9,
    date = 10,
    time = 11,
    datetime = 12,
    year = 13,
    new_date = 14,
    varchar = 15,
    bit = 16,
    timestamp2 = 17,
    datetime2 = 18,
    time2 = 19,
    typed_array = 20,          // the hidden column of a multi-valued index
    blob_compressed = 140,     // MariaDB
    varchar_compressed = 141,  // MariaDB
    vector = 242,
    json = 245,
    new_decimal = 246,
    enumeration = 247,
    set = 248,
    tiny_blob = 249,
    medium_blob = 250,
    long_blob = 251,
    blob = 252,
    var_string = 253,
    string = 254,
    geometry = 255,
};

[[nodiscard]] const char* to_string(ColumnType type);
// Types that the SIGNEDNESS metadata has a bit for: YEAR, too (mysql-9.7
// sql/field_common_properties.h, has_signedess_information_type; seen in a 9.7 server's files).
[[nodiscard]] bool is_numeric(ColumnType type);

}  // namespace penstock::binlog
