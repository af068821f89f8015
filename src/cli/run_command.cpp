// penstock run: a whole task in the foreground.
#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "cli/command.h"
#include "cli/progress_display.h"
#include "task/coordinator.h"
#include "task/progress.h"

namespace penstock::cli {
namespace {

constexpr const char* footer =
    "Runs the modules of the task with their progress: precheck, incremental capture, schema\n"
    "migration 1, full migration, schema migration 2, incremental write, schema migration 3.\n"
    "Ctrl-C stops at a safe point (exit code 130), a second one ends at once; kill -9 is safe\n"
    "anywhere. The same command resumes from the checkpoint in the destination.\n\n"
    "Examples:\n"
    "  penstock run task.toml\n"
    "  penstock run task.toml --until caught-up\n"
    "  penstock run task.toml --until events-migrated --json | jq .lag\n";

struct RunArguments {
    TaskFileOptions task;
    task::Until until = task::Until::stopped;
};

int run(const RunArguments& arguments, std::stop_token stop) {
    auto spec = load_task(arguments.task);
    if (!spec) return report(spec.error(), arguments.task.json);

    task::TaskProgress progress(spec->name, task::to_string(spec->kind));
    ProgressDisplay display(progress, choose_display_mode(arguments.task.json));
    task::Coordinator coordinator(*spec, task::RunOptions{arguments.until}, progress);
    const Result<void> result = coordinator.run(stop);

    const bool stopped =
        stop.stop_requested() && (result ? arguments.until == task::Until::stopped
                                         : result.error().kind == ErrorKind::cancelled);
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
    command->footer(footer);
    command->callback([arguments, &action] {
        action = [arguments](std::stop_token stop) { return run(*arguments, std::move(stop)); };
    });
}

}  // namespace penstock::cli
