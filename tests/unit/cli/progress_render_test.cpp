#include "cli/progress_render.h"

#include <gtest/gtest.h>
#include <algorithm>

namespace penstock::cli {
namespace {

using task::ModuleId;
using task::ModuleState;

const task::WallTime noon = *task::from_rfc3339("2026-01-31T12:00:00.000Z");

task::TaskStatus copying() {
    task::TaskStatus status;
    status.task = "demo";
    status.at = noon;
    auto& precheck = status.modules[0];
    precheck.state = ModuleState::done;
    precheck.started = noon - std::chrono::seconds(65);
    precheck.finished = noon - std::chrono::seconds(64);
    precheck.done = 30;
    precheck.unit = "checks";
    auto& full = status.modules[3];
    full.state = ModuleState::running;
    full.started = noon - std::chrono::seconds(3);
    full.done = 250'000;
    full.total = 1'000'000;
    full.unit = "rows";
    full.rate = 50'000;
    full.note = "shop.orders";
    status.modules[6].state = ModuleState::skipped;
    return status;
}

std::size_t characters(const std::string& text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}

TEST(ProgressRender, BarsAreOneLineAModuleWithRateAndTimeLeft) {
    const auto lines = render_bars(copying(), {120, false, false});
    ASSERT_EQ(lines.size(), task::module_count);
    EXPECT_EQ(lines[0],
              "precheck            ######################## 100%  done in 1.0s  30 checks");
    EXPECT_EQ(lines[3],
              "full migration      ######------------------  25%  250.0k/1000.0k rows  50.0k/s  "
              "15s left  shop.orders");
    EXPECT_NE(lines[4].find("waiting"), std::string::npos);
    EXPECT_NE(lines[6].find("not in this task"), std::string::npos);
}

TEST(ProgressRender, NoLineIsWiderThanTheTerminal) {
    task::TaskStatus status = copying();
    status.modules[3].note = std::string(500, 'x');
    status.lag = task::LagProgress{1'000'000, 1000, 1 << 30, false};
    for (const std::size_t columns : {20u, 40u, 79u, 80u, 200u}) {
        for (const bool unicode : {false, true}) {
            for (const std::string& line : render_bars(status, {columns, false, unicode})) {
                EXPECT_LE(characters(line), columns) << line;
            }
        }
    }
}

TEST(ProgressRender, ColoursOnlyWhereAskedFor) {
    for (const std::string& line : render_bars(copying(), {100, false, true})) {
        EXPECT_EQ(line.find('\x1b'), std::string::npos);
    }
    EXPECT_NE(render_bars(copying(), {100, true, true})[3].find("\x1b["), std::string::npos);
}

TEST(ProgressRender, ServerTextCanNotMoveTheCursor) {
    task::TaskStatus status = copying();
    status.modules[3].note = "evil\x1b[2J\n";
    for (const std::string& line : render_bars(status, {120, false, false})) {
        EXPECT_EQ(line.find('\x1b'), std::string::npos);
        EXPECT_EQ(line.find('\n'), std::string::npos);
    }
}

TEST(ProgressRender, LineNamesWhatRunsNow) {
    EXPECT_EQ(render_line(copying()),
              "full migration: 250.0k/1000.0k rows  50.0k/s  15s left  shop.orders");
    task::TaskStatus status = copying();
    status.lag = task::LagProgress{3, 0.2, 100, false};
    EXPECT_NE(render_line(status).find("lag 3 transactions"), std::string::npos);
}

TEST(ProgressRender, MilestoneChangesWithStatesAndNotWithNumbers) {
    task::TaskStatus status = copying();
    const std::string before = milestone(status);
    status.modules[3].done += 1000;
    EXPECT_EQ(milestone(status), before);
    status.modules[3].state = ModuleState::done;
    EXPECT_NE(milestone(status), before);
}

TEST(ProgressRender, FiguresOfIncrementalWriteNameTheMode) {
    task::TaskStatus status = copying();
    task::ApplyCounters apply;
    apply.mode = "exact";
    apply.pipeline_depth = 32;
    apply.in_flight = 7;
    apply.units = 5;
    status.stages.apply = apply;
    status.flow.apply = {.seconds = 2, .rows = 2468, .awaiting_destination = 0.87};
    EXPECT_NE(render_line(status).find("apply exact: "), std::string::npos);
    EXPECT_NE(render_line(status).find("1234 rows/s"), std::string::npos);
    EXPECT_NE(render_line(status).find("7 of 32 in flight"), std::string::npos);
    EXPECT_NE(render_line(status).find("bottleneck destination; busy %: grouping 0 "),
              std::string::npos);
    EXPECT_NE(render_line(status).find("writing 0 destination 87"), std::string::npos);
    const auto has_mode = [](const std::vector<std::string>& lines, const std::string& words) {
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find(words) != std::string::npos;
        });
    };
    EXPECT_TRUE(has_mode(render_bars(status, {100, false, false}), "apply exact: "));
    EXPECT_TRUE(has_mode(render_summary(status), "applied in mode exact: "));
    EXPECT_FALSE(has_mode(render_summary(status), "written as"));
    status.stages.apply->rows = 10;
    status.stages.apply->rows_written = 4;
    EXPECT_TRUE(has_mode(render_summary(status), "10 rows, written as 4, in 5 commits"));
}

TEST(ProgressRender, SummaryListsModulesTotalsAndEvents) {
    task::TaskStatus status = copying();
    status.totals.rows_copied = 1'000'000;
    task::GateProgress gate;
    gate.state = "open";
    gate.lag_at_release = 0;
    gate.events = {{"shop.tick", "released", "ENABLED", ""}};
    status.gate = gate;
    std::string all;
    for (const std::string& line : render_summary(status)) all += line + "\n";
    EXPECT_NE(all.find("1000000 rows copied"), std::string::npos);
    EXPECT_NE(all.find("lag at release: 0 transactions"), std::string::npos);
    EXPECT_NE(all.find("shop.tick"), std::string::npos);
}

}  // namespace
}  // namespace penstock::cli
