// A path to one place in a JSON document: $.name[3]."other name"[last-1].
//
// Only what names one place: no wildcards, no ranges. Source: mysql-9.7 sql-common/json_path.cc.
// Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/result.h"

namespace penstock::binlog {

struct JsonPathLeg {
    bool is_cell = false;
    std::string name;       // of a member, in UTF-8
    std::size_t index = 0;  // of a cell
    bool from_end = false;  // the index counts back from the last cell, which is 0
};

// No legs: the document itself.
[[nodiscard]] Result<std::vector<JsonPathLeg>> parse_json_path(std::string_view path);

}  // namespace penstock::binlog
