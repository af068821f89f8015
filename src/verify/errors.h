// Error codes of verify: PST-2100 to PST-2199.
#pragma once

#include "penstock/result.h"

namespace penstock::verify {

// No table was compared: the databases hold none, or none that the account may see. That is never
// taken for "equal".
inline constexpr ErrorCode error_nothing_compared{2101};
// A server's answer to a digest query has not the form it must have.
inline constexpr ErrorCode error_bad_digest{2102};

}  // namespace penstock::verify
