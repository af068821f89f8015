// Partial JSON updates: how PARTIAL_UPDATE_ROWS says what changed in a document.
//
// With binlog_row_value_options=PARTIAL_JSON an after-image begins with its value options and,
// where they say so, a bit per JSON column of the table. A set bit means that the column's value is
// no document but a list of changes to the one in the before-image: operation, path and value.
// Source: mysql-9.7 sql-common/json_diff.{h,cc}, sql/rpl_record.cc. Pure, any thread; views
// borrowed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "binlog/json_value.h"
#include "binlog/row_layout.h"

namespace penstock::binlog {

// An after-image taken apart: `image` is what RowLayout::split() takes.
struct PartialImage {
    Bytes partial_bits;  // empty: all documents are whole
    Bytes image;

    // `json_column` counts the table's JSON columns only, in the image or not.
    [[nodiscard]] bool is_partial(std::size_t json_column) const {
        return json_column / 8 < partial_bits.size() &&
               (partial_bits[json_column / 8] >> (json_column % 8) & 1) != 0;
    }
};

[[nodiscard]] Result<PartialImage> split_partial_image(const RowLayout& layout, Bytes after);

enum class JsonOperation : std::uint8_t { replace = 0, insert = 1, remove = 2 };

struct JsonChange {
    JsonOperation operation = JsonOperation::replace;
    std::string_view path;  // as JSON functions take it: $.name[3]."other name"[last]
    Bytes value;            // a document in its binary form; empty for remove
};

// `changes` is the content of a partial column. Paths and values are checked when applied.
[[nodiscard]] Result<std::vector<JsonChange>> parse_json_changes(Bytes changes);

// Error: the path or the value is malformed, or the path doesn't fit the document, which then is
// not the one that the source changed.
[[nodiscard]] Result<void> apply(const JsonChange& change, JsonValue& document);

// [{"operation": "replace", "path": "$.a", "value": 1}, {"operation": "remove", "path": "$.b"}].
// Error: bytes that are no such changes; a part of them may have been appended.
[[nodiscard]] Result<void> append_json_changes_text(std::string& out, Bytes changes);

// All of it: the binary form of the document after the changes.
[[nodiscard]] Result<void> append_changed_json(std::string& out, Bytes document, Bytes changes);

}  // namespace penstock::binlog
