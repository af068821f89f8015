// penstock: the command line. Only wires.
#include <sys/prctl.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "base/log.h"
#include "cli/command.h"
#include "cli/exit_codes.h"
#include "cli/stop_signals.h"

namespace {

constexpr const char* examples =
    "Examples:\n"
    "  penstock precheck task.toml                    can the task run? changes nothing\n"
    "  penstock run task.toml                         run it; Ctrl-C stops, the same resumes\n"
    "  penstock run task.toml --until caught-up       end when the lag is zero\n"
    "  penstock task show task.toml --json            how far it is, from another terminal\n"
    "  penstock events list task.toml                 the scheduled events held back\n"
    "  penstock events migrate task.toml              release them at proved lag zero, once\n"
    "  penstock verify task.toml                      compare both sides by content\n"
    "  penstock binlog stat binlog.000007             what is in a binlog file\n"
    "  penstock bench apply --quick                   measured beside a native replica\n\n";

int run(int argc, char** argv) {
    using namespace penstock;
    CLI::App app{
        "penstock moves a running MySQL server to another one and keeps the copy in step."};
    app.set_version_flag("--version", "penstock " PENSTOCK_VERSION);
    app.require_subcommand(1);
    app.footer(examples + cli::exit_code_help());
    app.get_formatter()->column_width(32);

    cli::Action action;
    cli::add_run_command(app, action);
    cli::add_precheck_command(app, action);
    cli::add_events_command(app, action);
    cli::add_task_command(app, action);
    cli::add_verify_command(app, action);
    cli::add_binlog_command(app, action);
    cli::add_bench_command(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? cli::exit_ok : cli::exit_usage;
    }
    const cli::StopSignals signals;
    return action(signals.token());
}

}  // namespace

int main(int argc, char** argv) {
    // No core dump and no debugger of the same user: passwords are in this memory.
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "penstock: unexpected: %s\n", error.what());
        return penstock::cli::exit_error;
    }
}
