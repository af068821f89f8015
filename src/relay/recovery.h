// Recovery of the last segment after a crash.
#pragma once

#include <cstdint>
#include <string>

#include "penstock/result.h"

namespace penstock::relay {

// Walks the segment to its last whole event with a valid checksum, cuts off what follows, and makes
// that durable. Returns the segment's length, at least the four bytes of the magic. A file that is
// no binlog file at all is error_relay_corrupt and is left alone.
[[nodiscard]] Result<std::uint64_t> recover_segment(const std::string& path);

}  // namespace penstock::relay
