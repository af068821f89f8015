// Base64 as the BINLOG statement takes it: RFC 4648 with padding, no line breaks. Pure.
#pragma once

#include <string>

#include "base/bytes.h"

namespace penstock::binlog {

[[nodiscard]] constexpr std::size_t base64_bytes(std::size_t bytes) {
    return (bytes + 2) / 3 * 4;
}
void append_base64(std::string& out, base::Bytes bytes);

}  // namespace penstock::binlog
