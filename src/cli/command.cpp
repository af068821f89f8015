#include "cli/command.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/log.h"

namespace penstock::cli {

void add_task_file_options(CLI::App& command, TaskFileOptions& options) {
    command.add_option("task-file", options.file, "the task file (TOML)")
        ->required()
        ->type_name("TASK.toml");
    command.add_flag("--json", options.json, "JSON on stdout, for programs");
}

int report(const Error& error, bool json) {
    const int code = exit_code(error);
    std::fprintf(stderr, "penstock: %s\n", error.to_string().c_str());
    if (json) {
        using Json = nlohmann::ordered_json;
        const Json object{{"error",
                           {{"code", fmt::format("PST-{:04}", error.code.number)},
                            {"kind", to_string(error.kind)},
                            {"text", error.text},
                            {"remedy", error.remedy},
                            {"exit_code", code}}}};
        std::printf("%s\n", object.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    }
    return code;
}

Result<task::TaskSpec> load_task(const TaskFileOptions& options) {
    if (options.json) base::Log::configure(base::LogLevel::info, base::LogFormat::json);
    return task::load_spec(options.file);
}

Result<mysql::Connection> connect(const mysql::Endpoint& endpoint) {
    mysql::SessionOptions options;
    options.program_name = "penstock-cli";
    return mysql::Connection::open(endpoint, options);
}

}  // namespace penstock::cli
