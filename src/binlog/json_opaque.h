// The bytes that opaque values of JSON documents hold, of the text that the server prints for them.
//
// Source: mysql-9.7 sql-common/json_dom.cc (Json_decimal::get_binary, Json_datetime::to_packed),
// strings/decimal.cc (decimal2bin), sql-common/my_time.cc (TIME_to_longlong_packed). Pure, any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "binlog/column_type.h"
#include "penstock/result.h"

namespace penstock::binlog {

// ColumnType::new_decimal, of "-12.50": precision, scale and the packed digits. Error: not a plain
// decimal number, or more digits than a DECIMAL has.
[[nodiscard]] Result<std::string> json_decimal(std::string_view text);

// ColumnType::date, time, datetime or timestamp, of "2020-02-29", "-838:59:59.000001",
// "2020-02-29 12:13:14.000001". Error: the text is not of this form.
[[nodiscard]] Result<std::string> json_temporal(ColumnType type, std::string_view text);

// Any other type, of "base64:type252:YWJj".
struct OpaqueBytes {
    ColumnType type = ColumnType::null;
    std::string bytes;
};
[[nodiscard]] Result<OpaqueBytes> json_bytes(std::string_view text);

}  // namespace penstock::binlog
