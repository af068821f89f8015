#include "cli/exit_codes.h"

#include <fmt/format.h>

#include "apply/errors.h"
#include "base/errors.h"
#include "capture/errors.h"
#include "cli/errors.h"
#include "gate/errors.h"
#include "mysql/errors.h"
#include "relay/errors.h"
#include "schema/errors.h"
#include "snapshot/errors.h"
#include "task/errors.h"
#include "verify/errors.h"

namespace penstock::cli {
namespace {

struct Mapping {
    ErrorCode error;
    ExitCode code;
};

constexpr Mapping mappings[] = {
    {base::error_cancelled, exit_stopped},
    {base::error_bad_quantity, exit_bad_value},
    {task::error_task_file, exit_not_found},
    {task::error_task_syntax, exit_bad_value},
    {task::error_unknown_key, exit_unknown_key},
    {task::error_bad_value, exit_bad_value},
    {task::error_missing_key, exit_bad_value},
    {task::error_contradiction, exit_bad_value},
    {task::error_secret_missing, exit_secret_missing},
    {task::error_secret_exposed, exit_refused},
    {task::error_no_source_server, exit_refused},
    {task::error_precheck_failed, exit_precheck_failed},
    {task::error_database_missing, exit_precheck_failed},
    {task::error_unsupported_server, exit_precheck_failed},
    {task::error_same_server, exit_same_server},
    {task::error_binlog_unusable, exit_binlog_unusable},
    {task::error_rights_missing, exit_rights_missing},
    {task::error_destination_not_empty, exit_destination_not_empty},
    {task::error_fenced, exit_fenced},
    {task::error_already_running, exit_refused},
    {task::error_task_not_found, exit_not_found},
    {task::error_other_task, exit_refused},
    {mysql::error_unreachable, exit_unreachable},
    {mysql::error_access_denied, exit_access_denied},
    {mysql::error_missing_right, exit_rights_missing},
    {mysql::error_tls, exit_refused},
    {relay::error_foreign_relay, exit_foreign_relay},
    {relay::error_relay_locked, exit_refused},
    {capture::error_binlog_off, exit_binlog_unusable},
    {capture::error_binlog_purged, exit_binlog_unusable},
    {capture::error_files_missing, exit_binlog_unusable},
    {capture::error_files_unusable, exit_binlog_unusable},
    {capture::error_files_torn, exit_binlog_unusable},
    {capture::error_files_foreign, exit_binlog_unusable},
    {schema::error_no_database, exit_not_found},
    {schema::error_unreadable, exit_rights_missing},
    {snapshot::error_fenced, exit_fenced},
    {snapshot::error_destination_rows, exit_destination_not_empty},
    {apply::error_fenced, exit_fenced},
    {gate::error_already_open, exit_events_already_migrated},
    {gate::error_release_pending, exit_refused},
    {gate::error_no_gate, exit_not_found},
    {gate::error_drain_timeout, exit_timeout},
    {gate::error_prove_timeout, exit_timeout},
    {cli::error_timeout, exit_timeout},
    {cli::error_not_running, exit_refused},
    {cli::error_withdrawn, exit_refused},
    {cli::error_no_such_event, exit_not_found},
    {cli::error_not_confirmed, exit_refused},
    {verify::error_nothing_compared, exit_verify_mismatch},
};

}  // namespace

ExitCode exit_code(const Error& error) {
    for (const Mapping& mapping : mappings) {
        if (mapping.error == error.code) return mapping.code;
    }
    if (error.kind == ErrorKind::cancelled) return exit_stopped;
    return exit_error;
}

std::string exit_code_help() {
    std::string text = "Exit codes:\n";
    for (const ExitCodeMeaning& entry : exit_code_table) {
        text += fmt::format("  {:>3}  {}\n", static_cast<int>(entry.code), entry.meaning);
    }
    return text;
}

}  // namespace penstock::cli
