// Makes the checksums of damaged events right again, so that damage reaches the parsers behind.
#pragma once

#include <cstdint>
#include <span>

namespace penstock::binlog::test {

// Of one event.
void repair_checksum(std::span<std::uint8_t> event);
// Of all events that a file can be cut into.
void repair_checksums(std::span<std::uint8_t> file);

}  // namespace penstock::binlog::test
