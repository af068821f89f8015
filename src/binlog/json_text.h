// A JSON document's text, as the server prints it: {"a": 1, "b": [true, 1.50, "x"]}.
//
// Opaque values print as what they are where the server knows it (DECIMAL, dates, times), else as
// "base64:type252:YWJj". Source: mysql-9.7 sql-common/json_dom.cc, wrapper_to_string. Pure, any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::binlog {

// Of a document in its binary form. Error: it is none; a part of it may have been appended.
[[nodiscard]] Result<void> append_json_text(std::string& out, base::Bytes document);

// "text" with quotes, escaped as JSON wants it.
void append_json_string(std::string& out, std::string_view text);

}  // namespace penstock::binlog
