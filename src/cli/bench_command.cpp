// penstock bench: hands over to the benchmarks that are installed beside the program.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/errors.h"

namespace penstock::cli {
namespace {

constexpr const char* footer =
    "Subjects: apply (a backlog), capture, latency (caught up, at half of the source's rate), all\n"
    "(every figure of bench/README.md). Starts servers of its own and destroys them at the end.\n"
    "\"penstock bench SUBJECT --help\" lists what a subject takes.\n\n"
    "Examples:\n"
    "  penstock bench apply --quick                          a small one, to see that it works\n"
    "  penstock bench apply --workload oltp --mode grouped --preset durable --runs 5\n"
    "  penstock bench apply --ablation --json apply.json --html apply.html\n"
    "  penstock bench apply --schema shop.sql --binlog binlog.000041 --binlog binlog.000042\n"
    "  penstock bench capture --workload wide --runs 3\n"
    "  penstock bench latency --preset durable\n";

constexpr const char* interpreter = "/usr/bin/python3";

// Beside the program where it is installed, in the build folder where it is not.
Result<std::filesystem::path> find_harness(const std::filesystem::path& program) {
    const auto folder = program.parent_path();
    const auto installed = folder.parent_path() / "share/penstock/bench/run";
    for (const auto& path : {folder / "share/penstock/bench/run", installed}) {
        if (std::filesystem::exists(path)) return path;
    }
    return fail(
        ErrorKind::refused, error_no_benchmarks,
        fmt::format("the benchmarks are not installed: no {}", installed.string()),
        "install component \"bench\" of penstock (cmake --install BUILD --component bench)");
}

// Does not return unless it fails.
Result<void> hand_over(const std::vector<std::string>& arguments) {
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
    PENSTOCK_ASSIGN(const auto harness, find_harness(program));
    std::vector<std::string> words{interpreter, harness.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::setenv("PENSTOCK", program.c_str(), 1);
    // It ends by Ctrl-C as any program does.
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    ::execv(interpreter, argv.data());
    return fail(ErrorKind::refused, error_no_benchmarks,
                fmt::format("{}: {}", interpreter, std::strerror(errno)),
                "install python3 and python3-pymysql, which the benchmarks need");
}

}  // namespace

void add_bench_command(CLI::App& app, Action& action) {
    CLI::App* const command =
        app.add_subcommand("bench", "measure it beside the servers' own replication");
    command->prefix_command();
    command->footer(footer);
    command->callback([command, &action] {
        if (command->remaining_size() == 0) throw CLI::CallForHelp();
        action = [arguments = command->remaining()](const std::stop_token&) {
            const Result<void> failed = hand_over(arguments);
            return report(failed.error(), false);
        };
    });
}

}  // namespace penstock::cli
