// Columns that MariaDB compresses: VARCHAR COMPRESSED and BLOB COMPRESSED.
//
// A value is nothing for '', else a byte that says how the rest is stored: 0, as it is; 0x8N, N
// (with 8 added for raw deflate, without zlib's header) bytes of the length when expanded, most
// significant first, and the compressed bytes. Source: MariaDB 10.11 sql/field_comp.cc. Pure, any
// thread.
#pragma once

#include <string>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::binlog {

// Appends the value as it was written. What is allocated is bounded by what these bytes can expand
// to. Error: they don't expand to the length that they claim.
[[nodiscard]] Result<void> append_expanded(std::string& out, base::Bytes stored);

}  // namespace penstock::binlog
