// penstock task show: a task as the destination remembers it, whether it runs or not.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/progress_render.h"
#include "task/store.h"

namespace penstock::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* footer =
    "Reads the destination; works from anywhere while the task runs, and after. The JSON is the\n"
    "status of the last second (modules with seconds, rows and rates, lag, gate, totals) with\n"
    "task_uuid, token, source_uuid, start_gtid_set, overlap_end, created, updated and owner.\n"
    "A task whose process is gone shows as stopped.\n\n"
    "Examples:\n"
    "  penstock task show task.toml\n"
    "  penstock task show task.toml --json | jq '.lag.transactions'\n";

// A status that says "running" when nobody runs it was left by a process that was killed.
Json status_json(const task::TaskRecord& record, bool running) {
    Json json = Json::parse(record.status_json, nullptr, false);
    if (!json.is_object()) {
        task::TaskStatus status;
        status.task = record.name;
        status.kind = record.kind;
        status.modules = record.modules;
        json = Json::parse(task::to_json(status), nullptr, false);
    }
    if (!running && json["state"] == "running") json["state"] = "stopped";
    return json;
}

void print_json(const task::TaskRecord& record, bool running) {
    Json json = status_json(record, running);
    json["task_uuid"] = record.task_uuid;
    json["token"] = record.token;
    json["source_uuid"] = record.source_uuid;
    json["start_gtid_set"] = record.start_gtid_set ? Json(*record.start_gtid_set) : Json(nullptr);
    json["overlap_end"] = nullptr;
    if (record.overlap_end) {
        json["overlap_end"] = {{"file", record.overlap_end->file},
                               {"position", record.overlap_end->position}};
    }
    json["created"] = record.created;
    json["updated"] = record.status_updated;
    json["owner"] = {{"running", running},
                     {"host", record.owner_host},
                     {"pid", record.owner_pid},
                     {"since", record.owner_since}};
    std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

void print_text(const task::TaskRecord& record, bool running) {
    const Json status = status_json(record, running);
    std::printf("task       %s (%s), made %s UTC\n", record.name.c_str(), record.kind.c_str(),
                record.created.c_str());
    std::printf("state      %s, status of %s UTC\n",
                status.value("state", std::string("unknown")).c_str(),
                record.status_updated.c_str());
    std::printf("owner      %s process %llu on %s since %s UTC\n",
                running ? "runs:" : "last:", static_cast<unsigned long long>(record.owner_pid),
                record.owner_host.c_str(), record.owner_since.c_str());
    if (!record.error.empty()) std::printf("error      %s\n", record.error.c_str());
    task::TaskStatus modules;
    modules.at = std::chrono::system_clock::now();
    modules.modules = record.modules;
    for (const std::string& line : render_bars(modules, {100, false, false})) {
        std::printf("%s\n", line.c_str());
    }
    const auto print = [&](const char* key) {
        const auto found = status.find(key);
        if (found == status.end() || !found->is_object()) return;
        Json part = *found;
        part.erase("events");
        std::printf("%-10s %s\n", key,
                    part.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    };
    print("lag");
    print("apply");
    print("stages");
    print("gate");
    print("totals");
}

Result<void> show(const TaskFileOptions& options) {
    PENSTOCK_ASSIGN(const task::TaskSpec spec, load_task(options));
    PENSTOCK_ASSIGN(mysql::Connection destination, connect(spec.destination));
    PENSTOCK_ASSIGN(const task::TaskRecord record, task::load(destination, spec.name));
    PENSTOCK_ASSIGN(const auto runner, task::find_runner(destination, spec.name));
    (options.json ? print_json : print_text)(record, runner.has_value());
    return {};
}

}  // namespace

void add_task_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<TaskFileOptions>();
    CLI::App* const command = app.add_subcommand("task", "look at a task");
    command->require_subcommand(1);
    CLI::App* const show_command =
        command->add_subcommand("show", "how far it is, and who runs it");
    add_task_file_options(*show_command, *options);
    show_command->footer(footer);
    show_command->callback([options, &action] {
        action = [options](const std::stop_token&) {
            const auto result = show(*options);
            return result ? static_cast<int>(exit_ok) : report(result.error(), options->json);
        };
    });
}

}  // namespace penstock::cli
