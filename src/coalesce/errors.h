// Error codes of coalesce: PST-2600 to PST-2699.
#pragma once

#include "penstock/result.h"

namespace penstock::coalesce {

// A row changed in a way that the changes before it rule out: a key inserted twice, a row changed
// that is not there, or a before-image that is not what the row became last. Something changed rows
// on the source without logging it, or the rules of the table are not the source's.
inline constexpr ErrorCode error_contradiction{2601};
// Rules that don't fit their table, or a key column that is NULL in a row.
inline constexpr ErrorCode error_rules{2602};
// More rows than a group can ever have.
inline constexpr ErrorCode error_too_many_rows{2603};

}  // namespace penstock::coalesce
