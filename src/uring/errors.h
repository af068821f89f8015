// Error codes of uring: PST-1400 to PST-1499.
#pragma once

#include <string_view>

#include "penstock/result.h"

namespace penstock::uring {

// io_uring can't be used; the text says why. Not fatal: the poll back end does the same work.
// Cure: Linux 6.0 or newer, sysctl kernel.io_uring_disabled=0, a seccomp profile that allows it.
inline constexpr ErrorCode error_io_uring_unavailable{1401};
// A socket failed: reset, unreachable, timed out. Retry with a new connection.
inline constexpr ErrorCode error_socket{1402};
// A file could not be written or made durable. Cure: disk space, quota, the disk's health.
inline constexpr ErrorCode error_file_write{1403};
// The kernel refused an operation that it must support.
inline constexpr ErrorCode error_ring{1404};

// A file could not be written because the disk or a quota is full. Cure: make room.
inline constexpr ErrorCode error_disk_full{1405};

// A file could not be read. Cure: the disk's health, the network behind it.
inline constexpr ErrorCode error_file_read{1406};

// Which of error_file_write and error_disk_full a failed write is.
[[nodiscard]] ErrorCode write_error(int error_number);
// An Error of `kind` from an errno value: "<doing>: <system's words>".
[[nodiscard]] Error system_error(ErrorKind kind, ErrorCode code, std::string_view doing,
                                 int error_number);

}  // namespace penstock::uring
