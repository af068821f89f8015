// JSON literals: a document's text as an SQL expression that stores a document with that text.
// Pure, any thread.
//
// The server reads every number with a point as a DOUBLE, but a document can also hold DECIMALs
// (JSON_OBJECT('price', 1.50) makes one), whose text would come back as another: 1.50 as 1.5. A
// document with such a number is written with JSON_OBJECT and JSON_ARRAY down to that number;
// everything else goes as plain text.
#pragma once

#include <string>
#include <string_view>

namespace penstock::snapshot {

// `text` is as the server prints JSON. What is not JSON is appended as plain text, for the server
// to refuse.
void append_json(std::string& out, std::string_view text);

// The number would not come back as the same text if the server read it from JSON text.
[[nodiscard]] bool is_fragile_number(std::string_view token);

}  // namespace penstock::snapshot
