#include "task/progress.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "task/errors.h"

namespace penstock::task {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

const WallTime noon = *from_rfc3339("2026-01-31T12:00:00.000Z");

TEST(Progress, TimesGoToTextAndBack) {
    EXPECT_EQ(to_rfc3339(noon + milliseconds(7)), "2026-01-31T12:00:00.007Z");
    EXPECT_EQ(from_rfc3339("2026-01-31T12:00:00.007Z"), noon + milliseconds(7));
    EXPECT_FALSE(from_rfc3339("yesterday"));
}

TEST(Progress, RateIsMeasuredOverTheLastSeconds) {
    TaskProgress progress("demo");
    progress.begin(ModuleId::full_migration, "rows", 100'000);
    static_cast<void>(progress.snapshot(noon));
    for (int second = 1; second <= 20; ++second) {
        // Slow at first, then fast: the last five seconds decide.
        progress.add(ModuleId::full_migration, second <= 10 ? 10 : 1000);
        static_cast<void>(progress.snapshot(noon + seconds(second)));
    }
    const TaskStatus status = progress.snapshot(noon + seconds(20));
    EXPECT_NEAR(status.module(ModuleId::full_migration).rate, 1000, 1);
    EXPECT_NEAR(*status.module(ModuleId::full_migration).eta_seconds(), 89.9, 0.1);
}

TEST(Progress, RateSurvivesAClockThatIsSetBack) {
    TaskProgress progress("demo");
    progress.begin(ModuleId::full_migration, "rows");
    static_cast<void>(progress.snapshot(noon));
    progress.add(ModuleId::full_migration, 10);
    const TaskStatus status = progress.snapshot(noon - seconds(3600));
    EXPECT_EQ(status.module(ModuleId::full_migration).rate, 0);
    EXPECT_GE(status.module(ModuleId::full_migration).seconds(noon - seconds(3600)), 0);
}

TEST(Progress, SkippedModuleHasNoTimes) {
    TaskProgress progress("demo");
    progress.finish(ModuleId::schema_migration_3, ModuleState::skipped);
    const ModuleProgress module = progress.snapshot().module(ModuleId::schema_migration_3);
    EXPECT_EQ(module.state, ModuleState::skipped);
    EXPECT_FALSE(module.started);
}

TEST(Progress, JsonHasTheDocumentedSchema) {
    TaskProgress progress("demo", "migration");
    progress.begin(ModuleId::full_migration, "rows", 300);
    progress.add(ModuleId::full_migration, 100, 4096);
    progress.set_note(ModuleId::full_migration, "shop.orders");
    progress.set_lag({12, 0.5, 2048, false});
    EXPECT_TRUE(json::parse(to_json(progress.snapshot()))["apply"].is_null());
    ApplyCounters apply;
    apply.mode = "exact";
    apply.units = 2;
    apply.commit_time = std::chrono::microseconds(246);
    progress.set_apply(apply);
    progress.set_relay({.bytes = 5000, .segments = 2, .paused_seconds = 1.5});
    GateProgress gate;
    gate.state = "holding";
    gate.events = {{"shop.tick", "held", "ENABLED", ""}, {"shop.old", "skipped_expired", "", ""}};
    progress.set_gate(gate);
    progress.set_totals({100, 4096, 5, 6, 7, 8});
    const json status = json::parse(to_json(progress.snapshot()));

    EXPECT_EQ(status["version"], 1);
    EXPECT_EQ(status["task"], "demo");
    EXPECT_EQ(status["state"], "running");
    EXPECT_TRUE(status["error"].is_null());
    ASSERT_EQ(status["modules"].size(), module_count);
    const json& full = status["modules"][3];
    EXPECT_EQ(full["id"], "full_migration");
    EXPECT_EQ(full["title"], "full migration");
    EXPECT_EQ(full["state"], "running");
    EXPECT_EQ(full["done"], 100);
    EXPECT_EQ(full["total"], 300);
    EXPECT_EQ(full["unit"], "rows");
    EXPECT_EQ(full["bytes"], 4096);
    EXPECT_EQ(full["note"], "shop.orders");
    EXPECT_TRUE(full.contains("seconds") && full.contains("rate") && full.contains("eta_seconds"));
    EXPECT_EQ(status["lag"]["transactions"], 12);
    EXPECT_EQ(status["apply"]["mode"], "exact");
    EXPECT_EQ(status["apply"]["commit_seconds_mean"], 0.000'123);
    EXPECT_EQ(status["relay"]["bytes"], 5000);
    EXPECT_EQ(status["relay"]["segments"], 2);
    EXPECT_EQ(status["relay"]["paused_seconds"], 1.5);
    EXPECT_EQ(status["gate"]["held"], 1);
    EXPECT_EQ(status["gate"]["skipped"], 1);
    EXPECT_EQ(status["gate"]["events"][0]["name"], "shop.tick");
    EXPECT_EQ(status["totals"]["transactions_applied"], 5);
}

TEST(Progress, ErrorMakesTheTaskFailed) {
    TaskProgress progress("demo");
    progress.set_error({ErrorKind::refused, error_fenced, "taken over", "look"});
    const json status = json::parse(to_json(progress.snapshot()));
    EXPECT_EQ(status["state"], "failed");
    EXPECT_EQ(status["error"]["code"], "PST-2301");
    EXPECT_EQ(status["error"]["kind"], "refused");
}

TEST(Progress, TextThatIsNotUtf8StillMakesJson) {
    TaskProgress progress("demo");
    progress.set_note(ModuleId::full_migration, "caf\xe9");
    EXPECT_FALSE(json::parse(to_json(progress.snapshot()), nullptr, false).is_discarded());
}

TEST(Progress, ModulesGoToJsonAndBack) {
    TaskProgress progress("demo");
    progress.begin(ModuleId::full_migration, "rows", 300);
    progress.add(ModuleId::full_migration, 100, 4096);
    progress.finish(ModuleId::full_migration);
    const TaskStatus status = progress.snapshot();
    const auto back = modules_from_json(modules_to_json(status));
    ASSERT_TRUE(back) << back.error().to_string();
    const ModuleProgress& module = (*back)[3];
    EXPECT_EQ(module.state, ModuleState::done);
    EXPECT_EQ(module.done, 100u);
    EXPECT_EQ(module.total, 300u);
    EXPECT_EQ(module.unit, "rows");
    EXPECT_TRUE(module.started && module.finished);
    EXPECT_EQ((*back)[0].state, ModuleState::waiting);
}

TEST(Progress, DamagedModulesAreAnErrorNotACrash) {
    for (const char* const text :
         {"", "{}", "[]", "null", "[1,2,3,4,5,6,7]", "[{},{},{},{},{},{},{}]", "[{\"id\":3}]"}) {
        const auto modules = modules_from_json(text);
        ASSERT_FALSE(modules) << text;
        EXPECT_EQ(modules.error().code, error_task_state);
    }
}

}  // namespace
}  // namespace penstock::task
