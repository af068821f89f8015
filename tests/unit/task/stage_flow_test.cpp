#include "task/stage_flow.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "task/progress.h"
#include "task/stage_json.h"

namespace penstock::task {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A second of a stage, of which so many milliseconds were spent waiting.
CaptureCounters capture(milliseconds source, milliseconds disk) {
    CaptureCounters counters;
    counters.ran = seconds(1);
    counters.source_awaited = source;
    counters.disk_awaited = disk;
    return counters;
}

struct Waits {
    milliseconds grouping_starved{0};
    milliseconds grouping_blocked{0};
    milliseconds writing_starved{0};
    milliseconds destination{0};
};

ApplyCounters apply(const Waits& waits) {
    ApplyCounters counters;
    counters.ran = seconds(1);
    counters.grouping_starved = waits.grouping_starved;
    counters.grouping_blocked = waits.grouping_blocked;
    counters.writing_starved = waits.writing_starved;
    counters.destination_awaited = waits.destination;
    return counters;
}

Bottleneck bottleneck(const CaptureCounters& capture, const ApplyCounters& apply) {
    return flow_between({}, {capture, apply}).bottleneck().value();
}

TEST(StageFlow, CountsSharesAndTimesAreThoseBetweenTheReadings) {
    ApplyCounters before = apply({.destination = milliseconds(500)});
    before.units = 10;
    before.rows = 1000;
    before.in_flight_sum = 10;
    before.commit_times[3] = 1;
    ApplyCounters after = before;
    after.ran += seconds(2);
    after.units = 30;
    after.rows = 5000;
    after.rows_written = 1000;
    after.in_flight_sum = 70;
    after.destination_awaited += milliseconds(1500);
    after.commit_times[7] = 98;
    after.commit_times[9] = 2;
    const ApplyFlow flow = *flow_between({{}, before}, {{}, after}).apply;
    EXPECT_DOUBLE_EQ(flow.seconds, 2);
    EXPECT_EQ(flow.rows, 4000U);
    EXPECT_DOUBLE_EQ(flow.rate(flow.rows), 2000);
    EXPECT_DOUBLE_EQ(flow.per_unit(flow.rows), 200);
    EXPECT_DOUBLE_EQ(*flow.coalescing_ratio(), 4);
    EXPECT_FALSE(ApplyFlow{}.coalescing_ratio());
    EXPECT_DOUBLE_EQ(flow.in_flight_mean, 3);
    EXPECT_DOUBLE_EQ(flow.awaiting_destination, 0.75);
    EXPECT_DOUBLE_EQ(flow.writing_busy, 0.25);
    EXPECT_DOUBLE_EQ(*flow.commit_seconds.p50, 7e-6);
    EXPECT_DOUBLE_EQ(*flow.commit_seconds.p99, 9e-6);
    EXPECT_DOUBLE_EQ(*flow.commit_seconds.max, 9e-6);
}

TEST(StageFlow, TheBottleneckIsWhereTheTimeWent) {
    const CaptureCounters quick = capture(milliseconds(900), milliseconds(50));
    const milliseconds most{900};
    EXPECT_EQ(bottleneck(quick, apply({.grouping_blocked = most, .destination = most})),
              Bottleneck::destination);
    EXPECT_EQ(bottleneck(quick, apply({.grouping_blocked = most, .destination = milliseconds(90)})),
              Bottleneck::writing);
    EXPECT_EQ(bottleneck(quick, apply({.writing_starved = most, .destination = milliseconds(90)})),
              Bottleneck::grouping);
}

TEST(StageFlow, WhatLiesBeforeTheRelayLogCountsOnlyWhileNothingIsLeftToApply) {
    const milliseconds most{900};
    const Waits idle{.grouping_starved = most, .writing_starved = most};
    EXPECT_EQ(bottleneck(capture(most, milliseconds(0)), apply(idle)), Bottleneck::source);
    EXPECT_EQ(bottleneck(capture(milliseconds(0), most), apply(idle)), Bottleneck::relay);
    EXPECT_EQ(bottleneck(capture(milliseconds(0), milliseconds(0)), apply(idle)),
              Bottleneck::capture);
    // The source is idle, and the last it has sent is still with the destination.
    const Waits last{.grouping_starved = seconds(1), .destination = seconds(1)};
    EXPECT_EQ(bottleneck(capture(seconds(1), milliseconds(0)), apply(last)),
              Bottleneck::destination);
}

TEST(StageFlow, ThereIsNoBottleneckBeforeIncrementalWrite) {
    EXPECT_FALSE(StageFlow{}.bottleneck());
    EXPECT_FALSE(flow_between({}, {capture(seconds(1), seconds(0)), {}}).bottleneck());
}

TEST(StageFlow, WhatAnEarlierApplierDidStaysInTheSums) {
    TaskProgress progress("demo");
    ApplyCounters first = apply({});
    first.units = 10;
    first.in_flight_max = 5;
    progress.set_apply(first);
    first.units = 12;
    progress.set_apply(first);
    ApplyCounters second;
    second.begun = SteadyTime(seconds(5));
    second.units = 3;
    progress.set_apply(second);
    second.units = 4;
    progress.set_apply(second);
    const StageCounters sums = progress.snapshot().stages;
    EXPECT_EQ(sums.apply->units, 16U);
    EXPECT_EQ(sums.apply->in_flight_max, 5U);
    EXPECT_EQ(sums.apply->ran, seconds(1));
}

TEST(StageFlow, TheWindowForgetsWhatIsLongAgo) {
    StageWindow window;
    const SteadyTime begin{};
    ApplyCounters counters;
    static_cast<void>(window.measure({{}, counters}, begin));
    counters.ran = seconds(1);
    counters.units = 100;
    EXPECT_DOUBLE_EQ(window.measure({{}, counters}, begin + seconds(1)).apply->rate(100), 100);
    for (int second = 2; second < 20; ++second) {
        counters.ran = seconds(second);
        static_cast<void>(window.measure({{}, counters}, begin + seconds(second)));
    }
    EXPECT_EQ(window.measure({{}, counters}, begin + seconds(20)).apply->units, 0U);
}

TEST(StageFlow, ALineHasTheDocumentedParts) {
    TaskProgress progress("demo");
    progress.begin(ModuleId::incremental_write, "transactions");
    const auto line = [&] {
        const TaskStatus status = progress.snapshot();
        return nlohmann::json::parse(
            to_stats_line(status, flow_between({}, status.stages), 1.0004));
    };
    nlohmann::json json = line();
    EXPECT_EQ(json["modules"], nlohmann::json::array({"incremental_write"}));
    EXPECT_EQ(json["seconds"], 1.0);
    EXPECT_TRUE(json["writing"].is_null());
    EXPECT_TRUE(json["bottleneck"].is_null());
    progress.set_capture(capture(milliseconds(250), milliseconds(500)));
    ApplyCounters counters = apply({.destination = milliseconds(900)});
    counters.mode = "exact";
    counters.units = 4;
    counters.rows = 8;
    counters.commit_times[5] = 4;
    counters.queued_pieces = 3;
    progress.set_apply(counters);
    json = line();
    EXPECT_EQ(json["capture"]["busy"], 0.25);
    EXPECT_TRUE(json["relay"]["group_seconds"]["p50"].is_null());
    EXPECT_EQ(json["grouping"]["busy"], 1.0);
    EXPECT_EQ(json["queue"]["pieces"], 3);
    EXPECT_EQ(json["writing"]["mode"], "exact");
    EXPECT_EQ(json["writing"]["rows_per_unit"], 2.0);
    EXPECT_EQ(json["writing"]["commit_seconds"]["p99"], 0.000'005);
    EXPECT_EQ(json["bottleneck"], "grouping");
    EXPECT_EQ(json["total"]["rows"], 8);
}

}  // namespace
}  // namespace penstock::task
