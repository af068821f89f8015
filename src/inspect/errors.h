// Error codes of inspect: PST-2500 to PST-2599.
#pragma once

#include "penstock/result.h"

namespace penstock::inspect {

// A file can't be opened or read. Check the path and its rights.
inline constexpr ErrorCode error_read{2501};
// Compressed bytes that can't be expanded: the file is damaged or was cut.
inline constexpr ErrorCode error_expand{2502};
// The file ends inside of an event. It is still being written, was cut, or its server crashed.
inline constexpr ErrorCode error_truncated{2503};
// A position, a time or a GTID set of the command line that can't be read.
inline constexpr ErrorCode error_range{2504};

}  // namespace penstock::inspect
