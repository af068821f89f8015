#include "cli/progress_render.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/quantity.h"

namespace penstock::cli {
namespace {

using task::ModuleId;
using task::ModuleProgress;
using task::ModuleState;
using task::TaskStatus;

constexpr std::size_t title_columns = 20;
constexpr std::size_t bar_columns = 24;
constexpr std::size_t columns_for_bar = 80;  // narrower than this there is no room for one

std::string seconds_text(double seconds) {
    if (seconds < 10) return fmt::format("{:.1f}s", seconds);
    return base::format_duration(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

std::string amount_text(const ModuleProgress& module, bool with_total) {
    if (module.unit == "bytes") {
        const std::string done = base::format_size(static_cast<double>(module.done));
        if (!with_total || module.total == 0) return done;
        return fmt::format("{} of {}", done, base::format_size(static_cast<double>(module.total)));
    }
    const std::string done = base::format_count(static_cast<double>(module.done));
    if (!with_total || module.total == 0) return fmt::format("{} {}", done, module.unit);
    return fmt::format("{}/{} {}", done, base::format_count(static_cast<double>(module.total)),
                       module.unit);
}

std::string rate_text(const ModuleProgress& module) {
    if (module.unit == "bytes") return base::format_size(module.rate) + "/s";
    return base::format_count(module.rate) + "/s";
}

std::string details(const ModuleProgress& module, const TaskStatus& status) {
    switch (module.state) {
        case ModuleState::waiting:
            return "waiting";
        case ModuleState::skipped:
            return "not in this task";
        case ModuleState::failed:
            return fmt::format("failed {}", module.note);
        case ModuleState::done:
            return fmt::format("done in {}  {}", seconds_text(module.seconds(status.at)),
                               module.done == 0 ? std::string() : amount_text(module, false));
        case ModuleState::stopped:
            return "stopped  " + amount_text(module, true);
        case ModuleState::running:
            break;
    }
    std::string text = fmt::format("{}  {}", amount_text(module, true), rate_text(module));
    if (const auto eta = module.eta_seconds()) text += fmt::format("  {} left", seconds_text(*eta));
    if (!module.note.empty()) text += "  " + module.note;
    return text;
}

double share(const ModuleProgress& module) {
    if (module.state == ModuleState::done) return 1;
    if (module.total == 0) return 0;
    return std::min(1.0, static_cast<double>(module.done) / static_cast<double>(module.total));
}

std::string bar(const ModuleProgress& module, bool unicode) {
    const auto filled = static_cast<std::size_t>(share(module) * static_cast<double>(bar_columns));
    std::string text;
    for (std::size_t i = 0; i < bar_columns; ++i) {
        if (unicode) {
            text += i < filled ? "\u2588" : "\u2591";
        } else {
            text += i < filled ? '#' : '-';
        }
    }
    return text;
}

const char* color_of(ModuleState state) {
    switch (state) {
        case ModuleState::running:
            return "\x1b[36m";
        case ModuleState::done:
            return "\x1b[32m";
        case ModuleState::failed:
            return "\x1b[31m";
        case ModuleState::waiting:
        case ModuleState::skipped:
        case ModuleState::stopped:
            return "\x1b[2m";
    }
    return "";
}

// Cuts to a number of characters, not bytes; control characters of a server's text become '?', so
// that nothing but ourselves moves the cursor.
std::string clipped(const std::string& text, std::size_t columns) {
    std::string out;
    std::size_t used = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool continuation = (byte & 0xC0) == 0x80;
        if (!continuation && used++ >= columns) break;
        out += byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    return out;
}

std::string lag_text(const task::LagProgress& lag) {
    if (lag.caught_up) return "lag 0, caught up";
    return fmt::format("lag {} transactions, {}, {}", lag.transactions, seconds_text(lag.seconds),
                       base::format_size(static_cast<double>(lag.bytes)));
}

std::string apply_text(const task::ApplyCounters& apply, const task::ApplyFlow& flow) {
    const auto ratio = flow.coalescing_ratio();
    return fmt::format(
        "apply {}: {} transactions/s, {} rows/s{}, {} commits/s, {}/s, {} queued, {} of {} in "
        "flight, commit {:.1f} ms",
        apply.mode, base::format_count(flow.rate(flow.transactions)),
        base::format_count(flow.rate(flow.rows)),
        ratio ? fmt::format(" ({:.1f} for one written)", *ratio) : std::string(),
        base::format_count(flow.rate(flow.units)),
        base::format_size(flow.rate(flow.statement_bytes)), apply.queued_pieces, apply.in_flight,
        apply.pipeline_depth, apply.commit_seconds_mean() * 1000);
}

// How much of the last seconds each stage was at work, in percent, in the order of the data; what
// is said of source, disk and destination is how long they were waited for.
std::string stages_text(const task::StageFlow& flow) {
    const auto bottleneck = flow.bottleneck();
    std::string text =
        fmt::format("bottleneck {}; busy %:", bottleneck ? to_string(*bottleneck) : "none");
    if (flow.capture) {
        text += fmt::format(" source {:.0f} capture {:.0f} disk {:.0f}",
                            flow.capture->awaiting_source * 100, flow.capture->busy * 100,
                            flow.capture->awaiting_disk * 100);
    }
    return text + fmt::format(" grouping {:.0f} writing {:.0f} destination {:.0f}",
                              flow.apply->grouping_busy * 100, flow.apply->writing_busy * 100,
                              flow.apply->awaiting_destination * 100);
}

std::vector<std::string> apply_lines(const TaskStatus& status) {
    const auto& apply = status.stages.apply;
    if (!apply || !status.flow.apply) return {};
    return {apply_text(*apply, *status.flow.apply), stages_text(status.flow)};
}

// Over the whole run, where the rates of the last seconds say nothing any more.
std::string apply_summary(const task::ApplyCounters& apply) {
    const std::string merged = apply.rows_written == apply.rows
                                   ? std::string()
                                   : fmt::format(", written as {},", apply.rows_written);
    return fmt::format(
        "applied in mode {}: {} transactions with {} rows{} in {} commits of {:.1f} ms (at most "
        "{:.1f}), {} in flight on average, {} retries",
        apply.mode, apply.transactions, apply.rows, merged, apply.units,
        apply.commit_seconds_mean() * 1000,
        std::chrono::duration<double, std::milli>(apply.commit_time_max).count(),
        base::format_count(apply.in_flight_mean()), apply.retries);
}

std::string gate_text(const task::GateProgress& gate) {
    std::string text = fmt::format("gate {}: {} held, {} released, {} skipped", gate.state,
                                   gate.count("held") + gate.count("ready"), gate.count("released"),
                                   gate.count("skipped_expired"));
    const std::size_t failed = gate.count("failed") + gate.count("conflict");
    if (failed != 0) text += fmt::format(", {} failed", failed);
    if (!gate.note.empty()) text += "  " + gate.note;
    return text;
}

}  // namespace

std::vector<std::string> render_bars(const TaskStatus& status, const RenderStyle& style) {
    const std::size_t columns = std::max<std::size_t>(style.columns, title_columns);
    const bool with_bar = columns >= columns_for_bar;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < task::module_count; ++i) {
        const ModuleProgress& module = status.modules[i];
        std::string text =
            fmt::format("{:<{}}", task::title(static_cast<ModuleId>(i)), title_columns);
        if (with_bar) {
            const bool counted = module.total != 0 || module.state == ModuleState::done;
            text += counted ? fmt::format("{} {:>3}%  ", bar(module, style.unicode),
                                          static_cast<int>(share(module) * 100))
                            : std::string(bar_columns + 7, ' ');
        }
        text = clipped(text + details(module, status), columns);
        if (style.color) text = color_of(module.state) + text + "\x1b[0m";
        lines.push_back(std::move(text));
    }
    if (status.lag) lines.push_back(clipped("  " + lag_text(*status.lag), columns));
    for (const std::string& text : apply_lines(status)) {
        lines.push_back(clipped("  " + text, columns));
    }
    if (status.gate) lines.push_back(clipped("  " + gate_text(*status.gate), columns));
    return lines;
}

std::string render_line(const TaskStatus& status) {
    std::string text;
    for (std::size_t i = 0; i < task::module_count; ++i) {
        const ModuleProgress& module = status.modules[i];
        if (module.state != ModuleState::running && module.state != ModuleState::failed) continue;
        if (!text.empty()) text += "; ";
        text +=
            fmt::format("{}: {}", task::title(static_cast<ModuleId>(i)), details(module, status));
    }
    if (text.empty()) text = task::to_string(status.state);
    if (status.lag) text += "; " + lag_text(*status.lag);
    for (const std::string& line : apply_lines(status)) text += "; " + line;
    if (status.gate) text += "; " + gate_text(*status.gate);
    return clipped(text, 1000);
}

std::string milestone(const TaskStatus& status) {
    std::string text = task::to_string(status.state);
    for (const ModuleProgress& module : status.modules) {
        text += fmt::format(" {}", task::to_string(module.state));
    }
    if (status.gate) text += " " + status.gate->state;
    if (status.lag) text += status.lag->caught_up ? " caught up" : "";
    return text;
}

std::vector<std::string> render_summary(const TaskStatus& status) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < task::module_count; ++i) {
        const ModuleProgress& module = status.modules[i];
        std::string text = fmt::format("{:<{}}{:<8}", task::title(static_cast<ModuleId>(i)),
                                       title_columns, task::to_string(module.state));
        if (module.started) {
            text += fmt::format("{:>8}  {} ({})", seconds_text(module.seconds(status.at)),
                                amount_text(module, true), rate_text(module));
        }
        lines.push_back(clipped(text, 200));
    }
    lines.push_back(fmt::format("{} rows copied, {} transactions with {} rows and {} DDL applied",
                                status.totals.rows_copied, status.totals.transactions_applied,
                                status.totals.rows_applied, status.totals.ddl_applied));
    if (const auto& apply = status.stages.apply) {
        lines.push_back(clipped(apply_summary(*apply), 200));
    }
    if (status.lag) lines.push_back(lag_text(*status.lag));
    if (status.gate) {
        lines.push_back(clipped(gate_text(*status.gate), 200));
        if (status.gate->lag_at_release) {
            lines.push_back(
                fmt::format("lag at release: {} transactions", *status.gate->lag_at_release));
        }
        for (const task::ScheduledEventProgress& event : status.gate->events) {
            lines.push_back(clipped(fmt::format("  {:<40} {:<18} {:<10} {}", event.name,
                                                event.state, event.status, event.note),
                                    200));
        }
    }
    return lines;
}

}  // namespace penstock::cli
