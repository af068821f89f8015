// Whether a file can be written past the page cache (O_DIRECT).
#pragma once

#include "relay/file.h"

namespace penstock::relay {

// In blocks of block_bytes from memory so aligned. False also where the kernel doesn't say: it does
// since Linux 6.1, for the file systems that matter.
[[nodiscard]] bool can_write_direct(const File& file);

}  // namespace penstock::relay
