// Precheck: finds out whether a task can run, and says what to do where it can't. Changes nothing
// on either server, and writes no file.
//
// Each item has a stable code in words ("source.binlog_format"), a severity, a finding that names
// the object, and a remedy. A failure also has the ErrorCode of its class, from which the exit code
// follows. A server that can't be reached is an item like any other; what depends on it is left
// out. Blocks for as long as the servers take; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/result.h"
#include "task/spec.h"

namespace penstock::task {

enum class Severity : std::uint8_t { pass, warning, failure };
[[nodiscard]] const char* to_string(Severity severity);

struct PrecheckItem {
    std::string code;  // "source.binlog_format"
    Severity severity = Severity::pass;
    std::string finding;
    std::string remedy;  // may have several lines, such as GRANT statements; empty for a pass
    ErrorCode error;     // class of a failure
};

struct PrecheckReport {
    std::vector<PrecheckItem> items;
    bool resuming = false;  // the destination already has this task's state

    [[nodiscard]] bool passed() const { return !first_failure().has_value(); }
    [[nodiscard]] std::size_t count(Severity severity) const;
    // The first failure as an Error; it decides the exit code.
    [[nodiscard]] std::optional<Error> first_failure() const;
};

// Told about each item as it is found, and how many groups of checks are done.
using PrecheckListener = std::function<void(const PrecheckItem&)>;

// An error only when stopped; everything else is in the report.
[[nodiscard]] Result<PrecheckReport> run_precheck(const TaskSpec& spec, std::stop_token stop,
                                                  const PrecheckListener& listener = {});

// { "passed": true, "resuming": false, "failures": 0, "warnings": 1,
//   "items": [ { "code", "severity", "finding", "remedy", "error": "PST-2202" | null } ] }
[[nodiscard]] std::string to_json(const PrecheckReport& report, bool pretty = false);

}  // namespace penstock::task
