// penstock events list | show | migrate: the scheduled events that the gate holds back.
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/events_view.h"
#include "cli/release_watch.h"
#include "gate/errors.h"
#include "gate/gate_view.h"
#include "task/store.h"

namespace penstock::cli {
namespace {

constexpr const char* footer =
    "The events of the source are held in the destination's ledger and run nowhere but on the\n"
    "source until they are migrated: once per task, at proved lag zero. \"migrate\" asks the "
    "running\n"
    "task to do so and shows its steps. A second time is refused with exit code 20.\n\n"
    "Examples:\n"
    "  penstock events list task.toml\n"
    "  penstock events show task.toml shop.nightly\n"
    "  penstock events migrate task.toml --reason \"change 4711\" --timeout 5min\n"
    "  penstock events migrate task.toml --yes --json\n";

constexpr std::string_view open_state = "open";  // gate::to_string(GateState::open)

struct EventsArguments {
    TaskFileOptions task;
    std::string event;
    std::string reason;
    bool yes = false;
    std::string timeout = "60s";
};

Result<gate::GateView> read_gate(mysql::Connection& destination, const std::string& task) {
    PENSTOCK_TRY(task::load(destination, task));
    PENSTOCK_ASSIGN(auto view, gate::view_gate(destination, task));
    if (!view) {
        return fail(ErrorKind::definite, gate::error_no_gate,
                    fmt::format("task \"{}\" has no event gate", task),
                    "run the task first, with migrate_events = true");
    }
    return *std::move(view);
}

// "anna@build7": who asks, for the record.
std::string operator_name() {
    const passwd* const entry = ::getpwuid(::geteuid());
    char host[256] = "";
    static_cast<void>(::gethostname(host, sizeof host - 1));
    return fmt::format("{}@{}", entry != nullptr ? entry->pw_name : "unknown", host);
}

void print_gate(const gate::GateView& gate, bool json) {
    if (json) {
        std::printf("%s\n", events_json(gate).c_str());
        return;
    }
    std::printf("%s\n", gate_text(gate).c_str());
    for (const std::string& line : events_table(gate)) std::printf("%s\n", line.c_str());
}

Result<void> list(const EventsArguments& arguments) {
    PENSTOCK_ASSIGN(const task::TaskSpec spec, load_task(arguments.task));
    PENSTOCK_ASSIGN(mysql::Connection destination, connect(spec.destination));
    PENSTOCK_ASSIGN(const gate::GateView gate, read_gate(destination, spec.name));
    print_gate(gate, arguments.task.json);
    return {};
}

Result<void> show(const EventsArguments& arguments) {
    PENSTOCK_ASSIGN(const task::TaskSpec spec, load_task(arguments.task));
    PENSTOCK_ASSIGN(mysql::Connection destination, connect(spec.destination));
    PENSTOCK_ASSIGN(gate::GateView gate, read_gate(destination, spec.name));
    std::erase_if(gate.events, [&](const gate::EventView& event) {
        return event.schema + "." + event.name != arguments.event;
    });
    if (gate.events.empty()) {
        return fail(ErrorKind::definite, error_no_such_event,
                    fmt::format("task \"{}\" knows no event {}", spec.name, arguments.event),
                    "names are DATABASE.EVENT, see penstock events list");
    }
    if (arguments.task.json) {
        print_gate(gate, true);
    } else {
        for (const gate::EventView& event : gate.events) {
            std::printf("%s", event_text(event).c_str());
        }
    }
    return {};
}

Result<void> confirm(const EventsArguments& arguments, const gate::GateView& gate) {
    if (arguments.yes || gate.state == open_state) return {};
    if (::isatty(STDIN_FILENO) == 0) {
        return fail(ErrorKind::refused, error_not_confirmed,
                    "events are migrated once and for all, and there is no terminal to ask on",
                    "say --yes");
    }
    for (const std::string& line : events_table(gate)) {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
    std::fprintf(stderr,
                 "Migrate these events now? From then on they run on the destination; this can be "
                 "done only once. Type yes: ");
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "yes") return {};
    return fail(ErrorKind::cancelled, error_not_confirmed, "not confirmed; nothing was changed");
}

Result<void> require_runner(mysql::Connection& destination, const std::string& task) {
    PENSTOCK_ASSIGN(const auto runner, task::find_runner(destination, task));
    if (runner) return {};
    return fail(
        ErrorKind::refused, error_not_running,
        fmt::format("no process runs task \"{}\": lag zero can't be reached and proved", task),
        "start penstock run in another terminal, then ask again");
}

Result<void> migrate(const EventsArguments& arguments, const std::stop_token& stop) {
    PENSTOCK_ASSIGN(const auto timeout, base::parse_duration(arguments.timeout));
    PENSTOCK_ASSIGN(const task::TaskSpec spec, load_task(arguments.task));
    PENSTOCK_ASSIGN(mysql::Connection destination, connect(spec.destination));
    PENSTOCK_ASSIGN(const gate::GateView before, read_gate(destination, spec.name));
    if (before.state != open_state) {
        PENSTOCK_TRY(require_runner(destination, spec.name));
        PENSTOCK_TRY(confirm(arguments, before));
    }
    const ReleaseListener listener = [](const gate::GateRow& row) {
        std::fprintf(stderr, "%-10s %s\n", std::string(gate::to_string(row.state)).c_str(),
                     row.step.c_str());
    };
    const ReleaseRequest request{spec.name, operator_name(), arguments.reason, timeout};
    PENSTOCK_TRY(request_and_watch(destination, request, listener, stop));
    PENSTOCK_ASSIGN(const gate::GateView after, read_gate(destination, spec.name));
    print_gate(after, arguments.task.json);
    return {};
}

int finish(const Result<void>& result, bool json) {
    return result ? static_cast<int>(exit_ok) : report(result.error(), json);
}

}  // namespace

void add_events_command(CLI::App& app, Action& action) {
    auto arguments = std::make_shared<EventsArguments>();
    CLI::App* const events = app.add_subcommand("events", "the scheduled events held by the gate");
    events->require_subcommand(1);
    events->footer(footer);

    CLI::App* const list_command = events->add_subcommand("list", "all of them, with their state");
    add_task_file_options(*list_command, arguments->task);
    list_command->callback([arguments, &action] {
        action = [arguments](const std::stop_token&) {
            return finish(list(*arguments), arguments->task.json);
        };
    });

    CLI::App* const show_command = events->add_subcommand("show", "one of them, with its text");
    add_task_file_options(*show_command, arguments->task);
    show_command->add_option("event", arguments->event, "DATABASE.EVENT")->required();
    show_command->callback([arguments, &action] {
        action = [arguments](const std::stop_token&) {
            return finish(show(*arguments), arguments->task.json);
        };
    });

    CLI::App* const migrate_command =
        events->add_subcommand("migrate", "release them on the destination, once");
    add_task_file_options(*migrate_command, arguments->task);
    migrate_command->add_option("--reason", arguments->reason, "kept with the release");
    migrate_command->add_flag("--yes", arguments->yes, "don't ask");
    migrate_command->add_option("--timeout", arguments->timeout, "how long to wait, such as 60s")
        ->check([](const std::string& text) {
            const auto parsed = base::parse_duration(text);
            return parsed ? std::string() : parsed.error().text;
        });
    migrate_command->callback([arguments, &action] {
        action = [arguments](const std::stop_token& stop) {
            return finish(migrate(*arguments, stop), arguments->task.json);
        };
    });
}

}  // namespace penstock::cli
