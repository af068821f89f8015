// Error codes of base: PST-1000 to PST-1099.
#pragma once

#include "penstock/result.h"

namespace penstock::base {

// A stop was asked for; nothing is wrong.
inline constexpr ErrorCode error_cancelled{1001};
// A quantity such as "64MiB" or "30s" has no or a wrong unit.
inline constexpr ErrorCode error_bad_quantity{1002};
// A local file could not be read or written; the text names it and says why.
inline constexpr ErrorCode error_file{1003};

}  // namespace penstock::base
