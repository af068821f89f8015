// Commands: each file <name>_command.cpp adds one subcommand to the application and, when it is
// chosen, sets the action that main then runs. stdout is data, stderr is talk.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "cli/exit_codes.h"
#include "mysql/connection.h"
#include "penstock/result.h"
#include "task/spec.h"

namespace CLI {
class App;
}

namespace penstock::cli {

// What every action gets: the stop token of Ctrl-C and SIGTERM.
using Action = std::function<int(std::stop_token)>;

void add_run_command(CLI::App& app, Action& action);
void add_precheck_command(CLI::App& app, Action& action);
void add_events_command(CLI::App& app, Action& action);
void add_task_command(CLI::App& app, Action& action);
void add_verify_command(CLI::App& app, Action& action);
void add_binlog_command(CLI::App& app, Action& action);
void add_bench_command(CLI::App& app, Action& action);

// The options that commands on a task file share. The option variables must outlive parsing, so
// each command keeps its own in a shared_ptr.
struct TaskFileOptions {
    std::string file;
    bool json = false;
};
void add_task_file_options(CLI::App& command, TaskFileOptions& options);

// One line "penstock: PST-1234 ...", and the same as an object on stdout where JSON is asked for.
// Answers the exit code.
int report(const Error& error, bool json);

// Loads the task file; its warnings go to stderr.
[[nodiscard]] Result<task::TaskSpec> load_task(const TaskFileOptions& options);

// A session with a server of the task, for commands that look or ask.
[[nodiscard]] Result<mysql::Connection> connect(const mysql::Endpoint& endpoint);

}  // namespace penstock::cli
