// Error codes of capture: PST-1600 to PST-1699.
#pragma once

#include "penstock/result.h"

namespace penstock::capture {

// The source no longer has the binlog file we need. Cure: keep binlogs longer
// (binlog_expire_logs_seconds) and start the task anew.
inline constexpr ErrorCode error_binlog_purged{1601};
// Another replica with our server_id or server_uuid has connected. Cure: only one penstock per
// task, and a server_id of its own for each.
inline constexpr ErrorCode error_duplicate_replica{1602};
// The source's binlog ends before what we hold: its tail was lost in a crash (sync_binlog other
// than 1), it was reset, or it is another server. Cure: start the task anew.
inline constexpr ErrorCode error_source_behind{1603};
// The server at this address is not the one the relay log was captured from.
inline constexpr ErrorCode error_source_changed{1604};
// The source writes no binlog.
inline constexpr ErrorCode error_binlog_off{1605};
// The source reported an error in its binlog stream that we can't mend; the text has its words.
inline constexpr ErrorCode error_stream_refused{1606};
// An event's bytes contradict its checksum, its header or its place in the file.
inline constexpr ErrorCode error_stream_corrupt{1607};
// The connection ended, was killed or fell silent. Retried.
inline constexpr ErrorCode error_stream_ended{1608};
// The bytes on the connection are not MySQL packets. Retried.
inline constexpr ErrorCode error_bad_packet{1609};

// Of a directory of binlog files as the source:
// Files that are needed are not there: an empty directory, a gap in the numbers, or the first one
// begins after what the destination has. Cure: put them there.
inline constexpr ErrorCode error_files_missing{1610};
// A file can't be applied: encrypted, of MariaDB, without GTIDs, no binlog file at all.
inline constexpr ErrorCode error_files_unusable{1611};
// A file ends inside an event or a transaction. Cure: copy it again; or follow = true while it is
// still being written.
inline constexpr ErrorCode error_files_torn{1612};
// A file does not continue the one before: its PREVIOUS_GTIDS are others. Cure: the files of one
// server, without any left out.
inline constexpr ErrorCode error_files_foreign{1613};

}  // namespace penstock::capture
