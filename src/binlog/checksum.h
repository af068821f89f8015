// The checksum at the end of an event: CRC-32 over everything before it.
//
// Which algorithm a file uses is said by its FORMAT_DESCRIPTION event. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "binlog/crc32.h"
#include "penstock/result.h"

namespace penstock::binlog {

enum class ChecksumAlgorithm : std::uint8_t { none = 0, crc32 = 1 };

inline constexpr std::size_t checksum_bytes = 4;

// Verifies the checksum of exactly one event and returns its body: what is between the header and
// the checksum. A mismatch is ErrorKind::corrupt. For a FORMAT_DESCRIPTION event the in-use flag
// is left out of the sum, as the server does.
[[nodiscard]] Result<base::Bytes> checked_payload(base::Bytes whole_event,
                                                  ChecksumAlgorithm algorithm);
// Only whether it matches. The event must have room for it.
[[nodiscard]] bool checksum_matches(base::Bytes whole_event);

}  // namespace penstock::binlog
