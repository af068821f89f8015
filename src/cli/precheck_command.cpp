// penstock precheck: can the task run, and if not, what is to be done.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "base/text.h"
#include "cli/command.h"
#include "task/precheck.h"

namespace penstock::cli {
namespace {

constexpr const char* footer =
    "Changes nothing on either server. Each line is one item with its code; failures and warnings\n"
    "say what to do. The exit code is that of the first failure.\n\n"
    "Examples:\n"
    "  penstock precheck task.toml\n"
    "  penstock precheck task.toml --json | jq '.items[] | select(.severity == \"failure\")'\n";

void print_item(const task::PrecheckItem& item) {
    std::printf("%-8s %-36s %s\n", to_string(item.severity), item.code.c_str(),
                item.finding.c_str());
    if (item.remedy.empty()) return;
    for (const std::string_view line : base::split(item.remedy, '\n')) {
        std::printf("         %.*s\n", static_cast<int>(line.size()), line.data());
    }
}

int precheck(const TaskFileOptions& options, std::stop_token stop) {
    const auto spec = load_task(options);
    if (!spec) return report(spec.error(), options.json);
    const task::PrecheckListener listener = [&](const task::PrecheckItem& item) {
        if (!options.json) print_item(item);
    };
    const auto found = task::run_precheck(*spec, std::move(stop), listener);
    if (!found) return report(found.error(), options.json);
    if (options.json) {
        std::printf("%s\n", task::to_json(*found, true).c_str());
    } else {
        std::printf("%zu passed, %zu warnings, %zu failures\n", found->count(task::Severity::pass),
                    found->count(task::Severity::warning), found->count(task::Severity::failure));
    }
    const auto failure = found->first_failure();
    return failure ? exit_code(*failure) : exit_ok;
}

}  // namespace

void add_precheck_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<TaskFileOptions>();
    CLI::App* const command = app.add_subcommand("precheck", "check whether a task can run");
    add_task_file_options(*command, *options);
    command->footer(footer);
    command->callback([options, &action] {
        action = [options](std::stop_token stop) { return precheck(*options, std::move(stop)); };
    });
}

}  // namespace penstock::cli
