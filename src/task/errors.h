// Error codes of task: PST-1100 to 1199 (task file), PST-2200 to 2299 (precheck) and PST-2300 to
// 2399 (task state and coordinator). src/cli/exit_codes.h says which exit code each one becomes.
#pragma once

#include "penstock/result.h"

namespace penstock::task {

// --- the task file -------------------------------------------------------------------------
// The task file can't be opened or is too large: check the path.
inline constexpr ErrorCode error_task_file{1100};
// The task file is not TOML: the text names line and column.
inline constexpr ErrorCode error_task_syntax{1101};
// A key that no task file has, often a typing error: the text suggests the nearest.
inline constexpr ErrorCode error_unknown_key{1102};
// A value of the wrong type, out of range, without or with a wrong unit, or not one of the choices.
inline constexpr ErrorCode error_bad_value{1103};
// A key that every task file needs is not there.
inline constexpr ErrorCode error_missing_key{1104};
// Values that contradict each other, such as kind and modules.
inline constexpr ErrorCode error_contradiction{1105};
// The file, environment variable or credential of a secret does not exist or is empty.
inline constexpr ErrorCode error_secret_missing{1106};
// The file of a secret can be read by others: chmod 0600.
inline constexpr ErrorCode error_secret_exposed{1107};
// A command needs the source server, and the task's source is binlog files.
inline constexpr ErrorCode error_no_source_server{1108};

// --- precheck: the class of a failure; the item itself has a code in words --------------------
// A check failed that has no class of its own; the item says which.
inline constexpr ErrorCode error_precheck_failed{2200};
// Source and destination have the same server_uuid.
inline constexpr ErrorCode error_same_server{2201};
// The source's binlog is off or not of the kind that can be followed.
inline constexpr ErrorCode error_binlog_unusable{2202};
// An account lacks rights; the remedy is the GRANT statements to paste.
inline constexpr ErrorCode error_rights_missing{2203};
// A selected database already has objects on the destination.
inline constexpr ErrorCode error_destination_not_empty{2204};
// A selected database does not exist on the source.
inline constexpr ErrorCode error_database_missing{2205};
// A server of a flavour or version that is not supported.
inline constexpr ErrorCode error_unsupported_server{2206};

// --- task state in the destination -------------------------------------------------------------
// Another owner has taken the task over: this one must stop, nothing of it was written.
inline constexpr ErrorCode error_fenced{2301};
// Another process runs this task now; the text says which.
inline constexpr ErrorCode error_already_running{2302};
// The destination has no task of this name.
inline constexpr ErrorCode error_task_not_found{2303};
// The destination has a task of this name that was made for another source or of another kind.
inline constexpr ErrorCode error_other_task{2304};
// A row of penstock.task can't be understood: written by a newer version, or by hand.
inline constexpr ErrorCode error_task_state{2305};

}  // namespace penstock::task
