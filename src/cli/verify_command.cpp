// penstock verify: are both sides the same, by definition and by content.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "schema/compare.h"
#include "task/errors.h"
#include "task/store.h"
#include "verify/compare.h"

namespace penstock::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* footer =
    "Compares the definitions and all rows of all selected tables on both sides. While the task\n"
    "runs, what differs is looked at again, so that rows on their way don't count. Exit code 5\n"
    "when something differs, or when nothing was compared.\n\n"
    "Examples:\n"
    "  penstock verify task.toml\n"
    "  penstock verify task.toml --json | jq '.tables[] | select(.equal | not)'\n";

// Of differences that are looked at again while the task runs, a second apart.
constexpr std::uint32_t rechecks_while_running = 30;

struct Findings {
    std::vector<schema::SchemaDifference> definitions;
    verify::CompareReport contents;
    [[nodiscard]] bool equal() const { return definitions.empty() && contents.equal(); }
};

// A line on the terminal, now and then, while the comparison runs on its own threads.
class ProgressLine {
public:
    explicit ProgressLine(const verify::CompareProgress& progress) {
        if (::isatty(STDERR_FILENO) == 0) return;
        thread_ = std::jthread([&progress](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                std::fprintf(
                    stderr, "\r\x1b[Kverify: %llu of %llu tables, %s rows",
                    static_cast<unsigned long long>(progress.tables_done.load()),
                    static_cast<unsigned long long>(progress.tables_total.load()),
                    base::format_count(static_cast<double>(progress.rows_done.load())).c_str());
                std::this_thread::sleep_for(std::chrono::milliseconds(200));
            }
            std::fprintf(stderr, "\r\x1b[K");
        });
    }

private:
    std::jthread thread_;
};

Result<Findings> compare(const task::TaskSpec& spec, const std::stop_token& stop) {
    if (spec.source.files) {
        return fail(ErrorKind::refused, task::error_no_source_server,
                    "binlog files can't be compared with: they hold changes, not contents",
                    "Compare with the server that wrote them: a task file with its address.");
    }
    PENSTOCK_ASSIGN(mysql::Connection source, connect(spec.source.endpoint));
    PENSTOCK_ASSIGN(mysql::Connection destination, connect(spec.destination));
    PENSTOCK_ASSIGN(const auto runner, task::find_runner(destination, spec.name));
    Findings findings;
    if (spec.modules.schema) {
        PENSTOCK_ASSIGN(findings.definitions,
                        schema::compare_schemas(source, destination, spec.databases));
    }
    verify::CompareOptions options;
    options.connections = spec.full.connections;
    options.recheck_attempts = runner ? rechecks_while_running : 0;
    verify::CompareProgress progress;
    const ProgressLine line(progress);
    PENSTOCK_ASSIGN(findings.contents,
                    verify::compare_contents(spec.source.endpoint, spec.destination, spec.databases,
                                             options, progress, stop));
    return findings;
}

Json table_json(const verify::TableReport& table) {
    Json json;
    json["schema"] = table.table.schema;
    json["table"] = table.table.name;
    json["equal"] = table.equal();
    json["rows_compared"] = table.rows_compared;
    json["rows_different"] = table.rows_different;
    json["differences"] = Json::array();
    for (const verify::Difference& difference : table.differences) {
        json["differences"].push_back({{"kind", verify::to_string(difference.kind)},
                                       {"key", difference.key},
                                       {"detail", difference.detail}});
    }
    return json;
}

void print_json(const Findings& findings) {
    Json json;
    json["equal"] = findings.equal();
    json["tables_compared"] = findings.contents.tables_compared;
    json["tables_different"] = findings.contents.tables_different;
    json["rows_compared"] = findings.contents.rows_compared;
    json["rows_different"] = findings.contents.rows_different;
    json["definitions"] = Json::array();
    for (const schema::SchemaDifference& difference : findings.definitions) {
        json["definitions"].push_back({{"object", difference.object},
                                       {"source", difference.source},
                                       {"destination", difference.destination}});
    }
    json["tables"] = Json::array();
    for (const verify::TableReport& table : findings.contents.tables) {
        json["tables"].push_back(table_json(table));
    }
    std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

void print_text(const Findings& findings) {
    for (const schema::SchemaDifference& difference : findings.definitions) {
        std::printf("differs    %s\n", difference.to_string().c_str());
    }
    for (const verify::TableReport& table : findings.contents.tables) {
        std::printf("%-10s %s.%s  %llu rows", table.equal() ? "equal" : "differs",
                    table.table.schema.c_str(), table.table.name.c_str(),
                    static_cast<unsigned long long>(table.rows_compared));
        if (table.rows_different != 0) {
            std::printf(", %llu different", static_cast<unsigned long long>(table.rows_different));
        }
        std::printf("\n");
        for (const verify::Difference& difference : table.differences) {
            std::printf("           %s  %s  %s\n", verify::to_string(difference.kind),
                        difference.key.c_str(), difference.detail.c_str());
        }
    }
    std::printf(
        "%llu tables and %llu rows compared: %llu tables, %llu rows and %zu definitions "
        "differ\n",
        static_cast<unsigned long long>(findings.contents.tables_compared),
        static_cast<unsigned long long>(findings.contents.rows_compared),
        static_cast<unsigned long long>(findings.contents.tables_different),
        static_cast<unsigned long long>(findings.contents.rows_different),
        findings.definitions.size());
}

int verify_task(const TaskFileOptions& options, const std::stop_token& stop) {
    const auto spec = load_task(options);
    if (!spec) return report(spec.error(), options.json);
    const auto findings = compare(*spec, stop);
    if (!findings) return report(findings.error(), options.json);
    (options.json ? print_json : print_text)(*findings);
    return findings->equal() ? exit_ok : exit_verify_mismatch;
}

}  // namespace

void add_verify_command(CLI::App& app, Action& action) {
    auto options = std::make_shared<TaskFileOptions>();
    CLI::App* const command = app.add_subcommand("verify", "compare source and destination");
    add_task_file_options(*command, *options);
    command->footer(footer);
    command->callback([options, &action] {
        action = [options](const std::stop_token& stop) { return verify_task(*options, stop); };
    });
}

}  // namespace penstock::cli
