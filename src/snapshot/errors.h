// Error codes of snapshot: PST-1800 to PST-1899.
#pragma once

#include "penstock/result.h"

namespace penstock::snapshot {

// Another process has taken the task over: the fence token in penstock.task is no longer ours.
// Nothing was written after that; leave the task to its new owner.
inline constexpr ErrorCode error_fenced{1801};
// A table was altered, renamed or dropped on the source while it was copied. Start the full
// migration of the task over once the source's tables no longer change.
inline constexpr ErrorCode error_table_changed{1802};
// The destination's table holds rows with keys that are to be copied, and which this task has not
// written. Empty the table and start again.
inline constexpr ErrorCode error_destination_rows{1803};
// A column type that can't be copied or that can't be part of a key.
inline constexpr ErrorCode error_unsupported_column{1804};
// One row alone is larger than the destination's max_allowed_packet. Raise that variable.
inline constexpr ErrorCode error_row_too_large{1805};
// A table without key could not be locked for the moment its snapshot needs: a long transaction or
// another lock holds it. Repeated a bounded number of times before it is reported.
inline constexpr ErrorCode error_table_lock{1806};
// penstock.copy does not say what the code that wrote it would have written.
inline constexpr ErrorCode error_copy_ledger{1807};
// The destination stored something else than it was given.
inline constexpr ErrorCode error_value_changed{1808};
// The source printed a JSON document, or the types in it, in a form that is not known.
inline constexpr ErrorCode error_json{1809};

}  // namespace penstock::snapshot
