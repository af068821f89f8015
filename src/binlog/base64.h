// Base64 as the BINLOG statement takes it: RFC 4648 with padding, no line breaks. Pure.
#pragma once

#include <string>

#include "base/bytes.h"

namespace penstock::binlog {

[[nodiscard]] constexpr std::size_t base64_bytes(std::size_t bytes) {
    return (bytes + 2) / 3 * 4;
}

// 24 bytes at a time where the processor has AVX2.
void append_base64(std::string& out, base::Bytes bytes);

// The same by table look-ups alone: what is used elsewhere, and what tests and benchmarks compare
// with.
void append_base64_portable(std::string& out, base::Bytes bytes);

}  // namespace penstock::binlog
