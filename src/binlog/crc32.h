// CRC-32 of IEEE 802.3, as zlib has it: the checksum of binlog events. Pure, any thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace penstock::binlog {

// `seed` is the result for the bytes before, so that pieces may be added up. Where the processor
// multiplies without carries (PCLMULQDQ), that is used; elsewhere zlib.
[[nodiscard]] std::uint32_t crc32(base::Bytes bytes, std::uint32_t seed = 0);

// The same by zlib alone: what is used elsewhere, and what tests and benchmarks compare with.
[[nodiscard]] std::uint32_t crc32_portable(base::Bytes bytes, std::uint32_t seed = 0);

}  // namespace penstock::binlog
