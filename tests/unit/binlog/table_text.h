// The rows of a binlog file as text, a line each: what a server's SELECT is compared with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "binlog/geometry_text.h"
#include "penstock/result.h"

namespace penstock::binlog::test {

// "table<TAB>value<TAB>value" for each written row, "after<TAB>..." for each updated one, in the
// order of the file. Bytes that are not printable ASCII, and backslashes, are \xNN; NULL is \N.
// GEOMETRY and VECTOR columns come twice, as bytes and readable.
Result<std::vector<std::string>> row_lines(std::string_view file, MultipointStyle multipoint_style);

}  // namespace penstock::binlog::test
