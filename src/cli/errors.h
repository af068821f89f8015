// Error codes of cli: PST-2400 to PST-2499.
#pragma once

#include "penstock/result.h"

namespace penstock::cli {

// The release was not finished within --timeout; it was taken back. Ask again, with a longer one.
inline constexpr ErrorCode error_timeout{2401};
// No process runs the task, so nobody would do what is asked. Start penstock run.
inline constexpr ErrorCode error_not_running{2402};
// The release was withdrawn: a blocker was found, and all is as before.
inline constexpr ErrorCode error_withdrawn{2403};
// The ledger has no event of that name.
inline constexpr ErrorCode error_no_such_event{2404};
// A question would have to be asked, and there is no terminal to ask on.
inline constexpr ErrorCode error_not_confirmed{2405};
// Nobody reads what is printed any more, as in `| head`: an end, not an error.
inline constexpr ErrorCode error_output_closed{2406};
// What is printed can't be written. Is the disk full?
inline constexpr ErrorCode error_output_failed{2407};
// What penstock bench hands over to is not installed: component bench, python3, python3-pymysql.
inline constexpr ErrorCode error_no_benchmarks{2408};

}  // namespace penstock::cli
