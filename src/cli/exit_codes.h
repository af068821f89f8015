// Exit codes of the program, and which error becomes which. Pure.
//
// The numbers are a contract with scripts: they never change their meaning. --help and README.md
// print the same table.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "penstock/result.h"

namespace penstock::cli {

enum ExitCode : int {
    exit_ok = 0,
    exit_error = 1,
    exit_usage = 2,
    exit_not_found = 3,
    exit_precheck_failed = 4,
    exit_verify_mismatch = 5,
    exit_refused = 6,
    exit_timeout = 7,
    exit_fenced = 8,
    exit_unknown_key = 10,
    exit_bad_value = 11,
    exit_secret_missing = 12,
    exit_same_server = 13,
    exit_unreachable = 14,
    exit_access_denied = 15,
    exit_binlog_unusable = 16,
    exit_foreign_relay = 17,
    exit_rights_missing = 18,
    exit_destination_not_empty = 19,
    exit_events_already_migrated = 20,
    exit_stopped = 130,
};

struct ExitCodeMeaning {
    ExitCode code;
    std::string_view meaning;
};

inline constexpr std::array<ExitCodeMeaning, 21> exit_code_table{{
    {exit_ok, "done"},
    {exit_error, "an error without a code of its own"},
    {exit_usage, "wrong command line"},
    {exit_not_found, "task file, task or event not found"},
    {exit_precheck_failed, "precheck failed"},
    {exit_verify_mismatch, "verify: contents differ, or nothing was compared"},
    {exit_refused, "refused because it is unsafe now"},
    {exit_timeout, "not finished within the timeout"},
    {exit_fenced, "another owner has taken the task over"},
    {exit_unknown_key, "unknown key in the task file"},
    {exit_bad_value, "bad value, unit or syntax in the task file"},
    {exit_secret_missing, "a secret is missing"},
    {exit_same_server, "source and destination are the same server"},
    {exit_unreachable, "a server can't be reached"},
    {exit_access_denied, "a server refuses the account"},
    {exit_binlog_unusable, "the source's binlog can't be followed"},
    {exit_foreign_relay, "the relay folder belongs to another task"},
    {exit_rights_missing, "rights are missing"},
    {exit_destination_not_empty, "the destination is not empty"},
    {exit_events_already_migrated, "the events are migrated already"},
    {exit_stopped, "stopped by Ctrl-C or SIGTERM at a safe point; run again to resume"},
}};

[[nodiscard]] ExitCode exit_code(const Error& error);

// The table as text, a line a code.
[[nodiscard]] std::string exit_code_help();

}  // namespace penstock::cli
