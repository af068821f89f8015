#include "capture/room_gate.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "../relay/folder.h"
#include "capture/limits.h"
#include "relay/errors.h"
#include "relay/segment_window.h"
#include "uring/poll_backend.h"

namespace penstock::capture {
namespace {

using namespace std::chrono_literals;
using testing_events::Folder;

constexpr std::uint64_t budget_bytes = 10'000;

// A relay log with one full segment, one that was begun, and no room for more.
class RoomGateTest : public testing::Test {
protected:
    void SetUp() override {
        relay::RelayOptions options = folder_.options();
        options.budget.bytes_max = budget_bytes;
        auto log = relay::RelayLog::open(options);
        ASSERT_TRUE(log);
        log_ = std::move(*log);
        auto writer = relay::Writer::open(*log_, blocking_);
        ASSERT_TRUE(writer);
        writer_ = std::move(*writer);
        options_.source.socket = "/nonexistent/socket";
        gate_.emplace(options_, *log_, waker_, stats_, [this](std::string why) {
            const std::lock_guard guard(mutex_);
            if (!why.empty()) said_ = why;
            said_once_.notify_all();
        });
        ASSERT_TRUE(writer_->start_segment("binlog.000001"));
    }
    void append(std::size_t bytes) {
        const std::string event(bytes, 'x');
        ASSERT_TRUE(writer_->append(base::as_bytes(event)));
    }
    void fill() {
        append(budget_bytes);
        ASSERT_TRUE(writer_->start_segment("binlog.000002"));
    }
    std::string wait_until_said() {
        std::unique_lock lock(mutex_);
        said_once_.wait(lock, [this] { return !said_.empty(); });
        return said_;
    }

    Folder folder_;
    uring::BlockingFileWriter blocking_;
    std::unique_ptr<relay::RelayLog> log_;
    std::unique_ptr<relay::Writer> writer_;
    uring::Waker waker_;
    CaptureOptions options_;
    CaptureStats stats_;
    std::mutex mutex_;
    std::condition_variable said_once_;
    std::string said_;
    std::optional<RoomGate> gate_;
};

TEST_F(RoomGateTest, OneSegmentMayBeLargerThanTheBudget) {
    for (int i = 0; i < 10; ++i) {
        const auto passed = gate_->pass(budget_bytes, *writer_);
        ASSERT_TRUE(passed && *passed);
        append(budget_bytes);
    }
    EXPECT_EQ(stats_.paused_ms.load(), 0U);
}

TEST_F(RoomGateTest, WhatMayPassIntoTheFirstSegmentIsNoRoomForTheSecond) {
    const auto first = gate_->pass(100, *writer_);
    ASSERT_TRUE(first && *first);
    append(budget_bytes);
    ASSERT_TRUE(writer_->start_segment("binlog.000002"));
    gate_->enter_segment();
    std::thread stopping([&] {
        wait_until_said();
        waker_.wake();
    });
    const auto second = gate_->pass(100, *writer_);
    stopping.join();
    ASSERT_TRUE(second);
    EXPECT_FALSE(*second);
}

TEST_F(RoomGateTest, ItPausesAtTheBudgetAndGoesOnAfterThePurge) {
    fill();
    std::thread purging([&] {
        const std::string said = wait_until_said();
        EXPECT_NE(said.find("relay.max_size"), std::string::npos) << said;
        EXPECT_EQ(stats_.state.load(), CaptureState::paused);
        const auto purged = log_->purge({"binlog.000002", relay::first_event_offset});
        ASSERT_TRUE(purged);
        EXPECT_EQ(purged->segments, 1U);
    });
    const auto passed = gate_->pass(100, *writer_);
    purging.join();
    ASSERT_TRUE(passed && *passed);
    EXPECT_EQ(stats_.state.load(), CaptureState::streaming);
    EXPECT_GT(stats_.paused_ms.load(), 0U);
}

TEST_F(RoomGateTest, WhatWasAppendedIsDurableBeforeItWaits) {
    append(budget_bytes - 10);
    ASSERT_TRUE(writer_->start_segment("binlog.000002"));
    const auto first = gate_->pass(1, *writer_);
    ASSERT_TRUE(first && *first);
    append(1);
    std::thread stopping([&] {
        wait_until_said();
        EXPECT_EQ(log_->durable_end(), writer_->end());
        waker_.wake();
    });
    const auto passed = gate_->pass(100, *writer_);
    stopping.join();
    ASSERT_TRUE(passed);
    EXPECT_FALSE(*passed);
}

TEST_F(RoomGateTest, AFullDiskIsWaitedOutUntilThereIsRoom) {
    const Error full{ErrorKind::transient, relay::error_relay_full, "the disk is full", {}};
    EXPECT_TRUE(gate_->wait_out(full, 1ms));
    EXPECT_NE(wait_until_said().find("the disk is full"), std::string::npos);
}

TEST(SourceRetentionTest, ItIsPressingWhenATenthOfThePeriodOrAnHourIsLeft) {
    using State = SourceRetention::State;
    const auto pressing = [](State state, std::chrono::seconds left, std::chrono::seconds period) {
        return SourceRetention{"binlog.000042", state, left, period}.is_pressing();
    };
    EXPECT_FALSE(pressing(State::expires, 4 * 24h, 30 * 24h));
    EXPECT_TRUE(pressing(State::expires, 3 * 24h, 30 * 24h));
    EXPECT_TRUE(pressing(State::expires, 1h, 2h));
    EXPECT_FALSE(pressing(State::expires, 61min, 2h));
    EXPECT_TRUE(pressing(State::gone, 0s, 2h));
    EXPECT_FALSE(pressing(State::current, 0s, 2h));
    EXPECT_FALSE(pressing(State::kept, 0s, 0s));
    EXPECT_EQ((SourceRetention{"binlog.000042", State::expires, 3900s, 2h}.to_string()),
              "the source keeps binlog.000042 for at least 1h 05m");
}

}  // namespace
}  // namespace penstock::capture
