// Error codes of apply: PST-1900 to PST-1999.
#pragma once

#include "penstock/result.h"

namespace penstock::apply {

// Another owner has taken the task over (or a unit came out of order): nothing was written. Look
// which host runs the task; this process must end.
inline constexpr ErrorCode error_fenced{1901};
// The checkpoint row is missing or can't be read: was schema penstock of the destination changed?
inline constexpr ErrorCode error_checkpoint{1902};
// A statement of the stream can't be applied as it is, or is not understood.
inline constexpr ErrorCode error_statement_unsupported{1903};
// The destination refused a DDL statement of the stream: mend the cause there, then run again.
inline constexpr ErrorCode error_ddl_failed{1904};
// A DDL statement's GTID is executed on the destination, but not by this task.
inline constexpr ErrorCode error_ddl_foreign_gtid{1905};
// The destination refused rows: content differs from the source, or its tables do.
inline constexpr ErrorCode error_rows_refused{1906};
// The destination does not take row images as it should; see the text.
inline constexpr ErrorCode error_canary{1907};
// Row changes of a kind that can't be applied: partial images, statement-based.
inline constexpr ErrorCode error_row_image_unsupported{1908};

// A copied table was renamed or swapped while the full migration ran, so that the copy can't be
// reconciled with the stream: start the task over, without such DDL during the copy.
inline constexpr ErrorCode error_table_rebound{1909};

}  // namespace penstock::apply
