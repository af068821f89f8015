// penstock run: a whole task in the foreground.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/progress_display.h"
#include "cli/stats_file.h"
#include "task/coordinator.h"
#include "task/progress.h"

namespace penstock::cli {
namespace {

constexpr const char* footer =
    "Runs the modules of the task with their progress: precheck, incremental capture, schema\n"
    "migration 1, full migration, schema migration 2, incremental write, schema migration 3.\n"
    "Ctrl-C stops at a safe point (exit code 130), a second one ends at once; kill -9 is safe\n"
    "anywhere. The same command resumes from the checkpoint in the destination.\n\n"
    "With a directory of binlog files as the source ([source] files) it ends with exit code 0 when "
    "all\n"
    "are applied, or goes on with follow = true.\n\n"
    "Examples:\n"
    "  penstock run task.toml\n"
    "  penstock run task.toml --until caught-up\n"
    "  penstock run task.toml --stats stages.jsonl        what each stage does, each second\n"
    "  penstock run task.toml --until events-migrated --json | jq .lag\n";

// The components are asked for their numbers four times a second.
constexpr std::chrono::milliseconds stats_interval_min{250};

struct RunArguments {
    TaskFileOptions task;
    task::Until until = task::Until::stopped;
    std::string stats;  // empty: none
    std::string stats_interval = "1s";
};

// Null where none was asked for.
Result<std::unique_ptr<StatsFile>> open_stats(const RunArguments& arguments,
                                              const task::TaskProgress& progress) {
    if (arguments.stats.empty()) return nullptr;
    PENSTOCK_ASSIGN(const auto interval, base::parse_duration(arguments.stats_interval));
    return StatsFile::open(arguments.stats, std::max(interval, stats_interval_min), progress);
}

int run(const RunArguments& arguments, std::stop_token stop) {
    auto spec = load_task(arguments.task);
    if (!spec) return report(spec.error(), arguments.task.json);

    task::TaskProgress progress(spec->name, task::to_string(spec->kind));
    const auto stats = open_stats(arguments, progress);
    if (!stats) return report(stats.error(), arguments.task.json);
    ProgressDisplay display(progress, choose_display_mode(arguments.task.json));
    task::Coordinator coordinator(*spec, task::RunOptions{arguments.until}, progress);
    const Result<void> result = coordinator.run(stop);

    const bool stopped =
        stop.stop_requested() && (result ? arguments.until == task::Until::stopped
                                         : result.error().kind == ErrorKind::cancelled);
    if (*stats) (*stats)->finish();
    display.finish();
    if (stopped) return exit_stopped;
    return result ? static_cast<int>(exit_ok) : report(result.error(), false);
}

}  // namespace

void add_run_command(CLI::App& app, Action& action) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* const command = app.add_subcommand("run", "run a task, or resume it");
    add_task_file_options(*command, arguments->task);
    const std::map<std::string, task::Until> ends{
        {"stopped", task::Until::stopped},
        {"caught-up", task::Until::caught_up},
        {"events-migrated", task::Until::events_migrated}};
    command
        ->add_option("--until", arguments->until,
                     "end with exit code 0 here: stopped (the default), caught-up, events-migrated")
        ->transform(CLI::CheckedTransformer(ends))
        ->type_name("WHEN");
    command
        ->add_option("--stats", arguments->stats,
                     "append what each stage does to this file, one JSON line an interval")
        ->type_name("FILE");
    command->add_option("--stats-interval", arguments->stats_interval, "default 1s")
        ->type_name("DURATION");
    command->footer(footer);
    command->callback([arguments, &action] {
        action = [arguments](std::stop_token stop) { return run(*arguments, std::move(stop)); };
    });
}

}  // namespace penstock::cli
