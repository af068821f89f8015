// penstock binlog: what is in binlog files.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <utility>

#include "base/errors.h"
#include "base/text.h"
#include "cli/binlog_stat_view.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "inspect/errors.h"
#include "inspect/event_printer.h"
#include "inspect/event_source.h"
#include "inspect/json_lines.h"
#include "inspect/selection.h"
#include "inspect/statistics.h"
#include "inspect/text_lines.h"

namespace penstock::cli {
namespace {

using inspect::Selection;

constexpr const char* stat_footer =
    "Reads binlog files of MySQL and MariaDB, also gzip and zstd ones, and - for standard "
    "input.\n\n"
    "Examples:\n"
    "  penstock binlog stat binlog.000007\n"
    "  penstock binlog stat --json binlog.0000* | jq '.tables[:5]'\n"
    "  penstock binlog stat --start-time '2026-11-22 17:00:00' --stop-time '2026-11-22 18:00:00' "
    "binlog.000007\n"
    "  zcat binlog.000007.gz | penstock binlog stat -\n";

constexpr const char* cat_footer =
    "A line an event, and under a rows event a line for each row; with --json a JSON object a "
    "line,\n"
    "whose members are described in src/inspect/json_lines.h, event_fields.h and value_json.h.\n"
    "Values are as the server itself prints them, times in UTC. Reads binlog files of MySQL and\n"
    "MariaDB, also gzip and zstd ones, and - for standard input.\n\n"
    "Examples:\n"
    "  penstock binlog cat binlog.000007\n"
    "  penstock binlog cat --start-position 4096 binlog.000007 | head\n"
    "  penstock binlog cat --json --gtids 3e11fa47-71ca-11e1-9e33-c80aa9429562:17 binlog.0000* | "
    "jq .rows\n";

struct FileOptions {
    std::vector<std::string> files;
    bool json = false;
    std::optional<std::uint64_t> start_position;
    std::optional<std::uint64_t> stop_position;
    std::optional<std::string> start_time;
    std::optional<std::string> stop_time;
    std::optional<std::string> gtids;
    std::optional<std::string> excluded_gtids;
};

void add_file_options(CLI::App& command, FileOptions& options) {
    command.add_option("files", options.files, "binlog files, - for standard input")
        ->required()
        ->type_name("FILE");
    command.add_flag("--json", options.json, "JSON on stdout, for programs");
    const auto position = [](const std::string& text) -> std::string {
        // What CLI11 would make of a minus sign is a very large number.
        return base::is_digit(text.empty() ? '-' : text.front()) ? "" : text + " is no position";
    };
    command
        .add_option("--start-position", options.start_position,
                    "from this offset of the first file")
        ->check(position, "position");
    command
        .add_option("--stop-position", options.stop_position,
                    "up to this offset of the last file, excluded")
        ->check(position, "position");
    command.add_option("--start-time", options.start_time, "transactions from this time on, UTC")
        ->type_name("\"2026-11-22 17:00:00\"");
    command.add_option("--stop-time", options.stop_time, "transactions before this time, UTC")
        ->type_name("\"2026-11-22 18:00:00\"");
    command
        .add_option("--gtids", options.gtids,
                    "transactions of this set only, of MySQL or as 0-1-7,0-1-10-20 of MariaDB")
        ->type_name("GTID_SET");
    command.add_option("--exclude-gtids", options.excluded_gtids, "no transactions of this set")
        ->type_name("GTID_SET");
}

Result<inspect::SelectionOptions> selection_options(const FileOptions& options) {
    inspect::SelectionOptions made;
    made.start_position = options.start_position;
    made.stop_position = options.stop_position;
    if (options.files.size() == 1 && made.start_position && made.stop_position &&
        *made.stop_position <= *made.start_position) {
        return fail(ErrorKind::definite, inspect::error_range,
                    fmt::format("there is nothing from position {} up to {}", *made.start_position,
                                *made.stop_position),
                    "give --stop-position the larger one");
    }
    if (options.start_time) {
        PENSTOCK_ASSIGN(made.start_time, inspect::parse_time(*options.start_time));
    }
    if (options.stop_time) {
        PENSTOCK_ASSIGN(made.stop_time, inspect::parse_time(*options.stop_time));
    }
    if (options.gtids) {
        PENSTOCK_ASSIGN(made.gtids, inspect::parse_gtids(*options.gtids));
    }
    if (options.excluded_gtids) {
        PENSTOCK_ASSIGN(made.excluded_gtids, inspect::parse_gtids(*options.excluded_gtids));
    }
    return made;
}

// Hands every event of the files to `wanted` or `unwanted`, until the end or a stop.
struct EventSink {
    std::function<void(const inspect::EventSource& source)> begin_file;
    std::function<Result<void>(const binlog::EventView& event)> wanted;
    std::function<Result<void>(const binlog::EventView& event)> unwanted;
    std::function<void(const inspect::EventSource& source)> end_file;
};

tl::unexpected<Error> in_file(Error error, const inspect::EventSource& source) {
    error.text = source.name() + ": " + error.text;
    return tl::unexpected<Error>(std::move(error));
}

Result<void> read_file(inspect::EventSource& source, Selection& selection, const EventSink& sink,
                       const std::stop_token& stop) {
    while (true) {
        if (stop.stop_requested()) {
            return fail(ErrorKind::cancelled, base::error_cancelled, "stopped");
        }
        PENSTOCK_ASSIGN(const std::optional<binlog::EventView> event, source.next());
        if (!event) return {};
        const Result<Selection::Verdict> verdict = selection.judge(*event);
        if (!verdict) return in_file(verdict.error(), source);
        if (*verdict == Selection::Verdict::past_the_end) return {};
        const Result<void> taken =
            *verdict == Selection::Verdict::wanted ? sink.wanted(*event) : sink.unwanted(*event);
        if (!taken) return in_file(taken.error(), source);
    }
}

Result<void> read_files(const FileOptions& options, const EventSink& sink,
                        const std::stop_token& stop) {
    PENSTOCK_ASSIGN(inspect::SelectionOptions wanted, selection_options(options));
    Selection selection(std::move(wanted));
    for (std::size_t i = 0; i < options.files.size(); ++i) {
        PENSTOCK_ASSIGN(inspect::ByteInput input, inspect::ByteInput::open(options.files[i]));
        inspect::EventSource source(std::move(input));
        selection.begin_file(i == 0, i + 1 == options.files.size());
        sink.begin_file(source);
        const Result<void> read = read_file(source, selection, sink, stop);
        sink.end_file(source);
        if (!read) return read;
    }
    return {};
}

constexpr std::size_t output_bytes = 1U << 20U;

Result<void> put(std::string& output) {
    const bool written = std::fwrite(output.data(), 1, output.size(), stdout) == output.size() &&
                         std::fflush(stdout) == 0;
    const int reason = errno;
    output.clear();
    if (written) return {};
    if (reason == EPIPE) {
        return fail(ErrorKind::cancelled, error_output_closed, "nobody reads the output");
    }
    return fail(ErrorKind::definite, error_output_failed,
                fmt::format("the output can't be written: {}", std::strerror(reason)));
}

// The exit code of what was done and printed.
int end(const Result<void>& done, bool json) {
    if (done || done.error().code == error_output_closed) return exit_ok;
    return report(done.error(), json);
}

int stat(const FileOptions& options, const std::stop_token& stop) {
    inspect::Statistics statistics;
    EventSink sink;
    sink.begin_file = [&](const auto& source) { statistics.begin_file(source.name()); };
    sink.wanted = [&](const auto& event) { return statistics.add(event); };
    sink.unwanted = [&](const auto& event) { return statistics.pass_over(event); };
    sink.end_file = [&](const auto& source) {
        statistics.end_file(source.format(), source.offset());
    };
    Result<void> done = read_files(options, sink, stop);
    const inspect::Totals& totals = statistics.totals();
    // The file of a running server may end inside of an event: what was whole is counted.
    const bool counted =
        done || (done.error().code == inspect::error_truncated && totals.events.count > 0);
    if (!counted) return report(done.error(), options.json);
    std::string text = options.json ? statistics_json(totals) : statistics_text(totals);
    const Result<void> shown = put(text);
    if (!shown) done = shown;
    return end(done, false);
}

int cat(const FileOptions& options, const std::stop_token& stop) {
    const std::unique_ptr<inspect::EventWriter> writer =
        options.json ? std::unique_ptr<inspect::EventWriter>(std::make_unique<inspect::JsonLines>())
                     : std::make_unique<inspect::TextLines>();
    inspect::EventPrinter printer(*writer);
    EventSink sink;
    sink.begin_file = [&](const auto& source) { printer.begin_file(source.name()); };
    sink.wanted = [&](const auto& event) -> Result<void> {
        PENSTOCK_TRY(printer.print(event));
        return writer->output().size() < output_bytes ? Result<void>{} : put(writer->output());
    };
    sink.unwanted = [&](const auto& event) { return printer.pass_over(event); };
    sink.end_file = [](const auto&) {};
    Result<void> done = read_files(options, sink, stop);
    // What was whole before an error is shown; the event of the error is not.
    const Result<void> flushed = put(writer->output());
    if (done) done = flushed;
    return end(done, false);
}

}  // namespace

void add_binlog_command(CLI::App& app, Action& action) {
    CLI::App* binlog = app.add_subcommand("binlog", "look into binlog files");
    binlog->require_subcommand(1);
    auto options = std::make_shared<FileOptions>();
    const auto add = [&](const char* name, const char* what, const char* footer, auto run) {
        CLI::App* command = binlog->add_subcommand(name, what);
        command->footer(footer);
        add_file_options(*command, *options);
        command->callback([options, &action, run] {
            action = [options, run](const std::stop_token& stop) { return run(*options, stop); };
        });
    };
    add("cat", "show the events and rows in binlog files", cat_footer, cat);
    add("stat", "count what is in binlog files", stat_footer, stat);
}

}  // namespace penstock::cli
