// JsonValue: a JSON document as a tree that owns its bytes, and its binary form, the one in tables
// and row images.
//
// Source: mysql-9.7 sql-common/json_binary.h (the format), json_binary.cc (serialize_json_value).
// Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "binlog/column_type.h"
#include "penstock/result.h"

namespace penstock::binlog {

enum class JsonType : std::uint8_t {
    null,
    boolean,
    integer,
    unsigned_integer,
    real,
    string,
    opaque,  // DECIMAL, dates and times, bytes: a value of a column type in that type's own form
    array,
    object,
};

struct JsonMember;

struct JsonValue {
    JsonType type = JsonType::null;
    bool boolean = false;
    ColumnType opaque_type = ColumnType::null;
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer = 0;
    double real = 0;
    std::string bytes;                // of a string, in UTF-8, or of an opaque value
    std::vector<JsonValue> elements;  // of an array
    std::vector<JsonMember> members;  // of an object, in the order of before() below
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

// Deeper documents are refused, by the server too (JSON_DOCUMENT_MAX_DEPTH).
inline constexpr unsigned json_depth_max = 100;

// The order of an object's members: shorter names first, then by their bytes.
[[nodiscard]] bool before(const JsonMember& a, const JsonMember& b);

// Appends the binary form, byte by byte as the server writes it. Members must be in order, names
// different. Error: deeper than json_depth_max, a name above 65,535 bytes, more than 4 GiB.
[[nodiscard]] Result<void> append_json_binary(std::string& out, const JsonValue& value);

}  // namespace penstock::binlog
