#include "task/precheck.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/errors.h"
#include "base/text.h"
#include "mysql/errors.h"
#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {

const char* to_string(Severity severity) {
    switch (severity) {
        case Severity::pass:
            return "pass";
        case Severity::warning:
            return "warning";
        case Severity::failure:
            return "failure";
    }
    return "unknown";
}

std::size_t PrecheckReport::count(Severity severity) const {
    return static_cast<std::size_t>(
        std::count_if(items.begin(), items.end(),
                      [&](const PrecheckItem& item) { return item.severity == severity; }));
}

std::optional<Error> PrecheckReport::first_failure() const {
    for (const PrecheckItem& item : items) {
        if (item.severity != Severity::failure) continue;
        return Error{ErrorKind::refused, item.error,
                     fmt::format("precheck {}: {}", item.code, item.finding), item.remedy};
    }
    return std::nullopt;
}

void Findings::add(PrecheckItem item) {
    report_.items.push_back(std::move(item));
    if (listener_) listener_(report_.items.back());
}

void Findings::pass(std::string code, std::string finding) {
    add({std::move(code), Severity::pass, std::move(finding), {}, {}});
}

void Findings::warn(std::string code, std::string finding, std::string remedy) {
    add({std::move(code), Severity::warning, std::move(finding), std::move(remedy), {}});
}

void Findings::fail(std::string code, ErrorCode error, std::string finding, std::string remedy) {
    add({std::move(code), Severity::failure, std::move(finding), std::move(remedy), error});
}

void Findings::add_error(std::string code, const Error& error, Severity severity) {
    if (severity != Severity::failure) {
        add({std::move(code), severity, error.text, error.remedy, {}});
        return;
    }
    const bool rights = error.code == mysql::error_missing_right;
    fail(std::move(code), rights ? error_rights_missing : error.code, error.text, error.remedy);
}

std::string Server::variable(std::string_view name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
}

std::uint64_t Server::number(std::string_view name) const {
    const std::string text = variable(name);
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool Server::on(std::string_view name) const {
    const std::string text = variable(name);
    return base::equals_ignoring_ascii_case(text, "ON") || text == "1";
}

std::optional<mysql::ResultSet> Server::query(Findings& findings, std::string_view what,
                                              std::string_view sql, Severity on_error) {
    auto rows = connection.query(sql);
    if (rows) return std::move(*rows);
    findings.add_error(code(what), rows.error(), on_error);
    return std::nullopt;
}

std::string PrecheckContext::database_list() const {
    std::vector<std::string> quoted;
    for (const std::string& name : spec.databases) quoted.push_back(mysql::Connection::quote(name));
    return fmt::format("{}", fmt::join(quoted, ", "));
}

std::string name_some(const std::vector<std::string>& names) {
    constexpr std::size_t shown_max = 12;
    if (names.size() <= shown_max) return fmt::format("{}", fmt::join(names, ", "));
    return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + shown_max, ", "),
                       names.size() - shown_max);
}

Result<PrecheckReport> run_precheck(const TaskSpec& spec, std::stop_token stop,
                                    const PrecheckListener& listener) {
    PrecheckReport report;
    Findings findings(report, listener);
    for (const std::string& warning : spec.warnings) {
        findings.warn("task.file", warning, "use tls = \"verify_identity\" with tls_ca");
    }
    const bool with_files = spec.source.files.has_value();
    std::optional<Server> source;
    if (!with_files) source = check_connection(spec.source.endpoint, "source", findings);
    auto destination = check_connection(spec.destination, "destination", findings);
    if (!destination || (!with_files && !source)) return report;

    PrecheckContext context{spec, findings, source ? &*source : nullptr, *destination};
    using Group = void (*)(PrecheckContext&);
    static const std::vector<Group> groups_with_source{
        check_servers,        check_task,        check_rights,   check_binlog,
        check_source_objects, check_destination, check_definers, check_scheduled_events};
    static const std::vector<Group> groups_with_files{check_task, check_destination_rights,
                                                      check_destination_gtids, check_files,
                                                      check_destination};
    const auto& groups = with_files ? groups_with_files : groups_with_source;
    for (const Group group : groups) {
        if (stop.stop_requested()) {
            return fail(ErrorKind::cancelled, base::error_cancelled, "precheck was stopped");
        }
        group(context);
        // Everything after this would be noise: the two sides are one.
        const auto failure = report.first_failure();
        if (failure && failure->code == error_same_server) break;
    }
    report.resuming = context.resuming;
    return report;
}

std::string to_json(const PrecheckReport& report, bool pretty) {
    using Json = nlohmann::ordered_json;
    Json json;
    json["passed"] = report.passed();
    json["resuming"] = report.resuming;
    json["failures"] = report.count(Severity::failure);
    json["warnings"] = report.count(Severity::warning);
    json["items"] = Json::array();
    for (const PrecheckItem& item : report.items) {
        const bool failed = item.severity == Severity::failure;
        Json entry;
        entry["code"] = item.code;
        entry["severity"] = to_string(item.severity);
        entry["finding"] = item.finding;
        entry["remedy"] = item.remedy;
        entry["error"] = failed ? Json(fmt::format("PST-{:04}", item.error.number)) : Json(nullptr);
        json["items"].push_back(std::move(entry));
    }
    return json.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace penstock::task
