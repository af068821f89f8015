// Error codes of relay: PST-1500 to PST-1599.
#pragma once

#include "penstock/result.h"

namespace penstock::relay {

// The folder holds the relay log of another task, another source, or a newer format. Cure: give
// this task a folder of its own, or remove the folder if its task is gone.
inline constexpr ErrorCode error_foreign_relay{1501};
// Another process has the folder open. Cure: stop that process.
inline constexpr ErrorCode error_relay_locked{1502};
// A relay file could not be created, written, made durable or read. Cure: disk space, rights.
inline constexpr ErrorCode error_relay_io{1503};
// A position lies outside the relay log: its segment was purged or never captured.
inline constexpr ErrorCode error_no_such_position{1504};
// A segment's bytes contradict the binlog format. Cure: remove the folder and capture again.
inline constexpr ErrorCode error_relay_corrupt{1505};
// The source named a file that does not follow the last one. Cure: see what was done to the
// source's binlog (RESET BINARY LOGS, another log_bin name); start the task anew.
inline constexpr ErrorCode error_segment_order{1506};
// The name of a binlog file has no number, or leaves the folder.
inline constexpr ErrorCode error_segment_name{1507};
// The file system of the relay folder is full. Waited out. Cure: make room.
inline constexpr ErrorCode error_relay_full{1508};

}  // namespace penstock::relay
