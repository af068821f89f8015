#include "apply/piece_queue.h"

#include <gtest/gtest.h>
#include <string>
#include <thread>

namespace penstock::apply {
namespace {

Piece piece(std::size_t bytes) {
    Piece made;
    made.sql = std::string(bytes, 'x');
    return made;
}

TEST(PieceQueue, KeepsTheOrderAndCountsWhatIsUnderWayUntilItIsSettled) {
    PieceQueue queue(10, 1000);
    const std::stop_token never;
    for (std::size_t bytes = 1; bytes <= 3; ++bytes) ASSERT_TRUE(queue.push(piece(bytes), never));
    EXPECT_EQ(queue.pop(never)->sql.size(), 1U);
    EXPECT_EQ(queue.depth().pieces, 2U);
    EXPECT_EQ(queue.depth().bytes, 5U);
    EXPECT_EQ(queue.try_pop()->sql.size(), 2U);
    EXPECT_EQ(queue.under_way(), 3U);
    queue.settle();
    EXPECT_EQ(queue.under_way(), 2U);
    EXPECT_EQ(queue.pop(never)->sql.size(), 3U);
    EXPECT_FALSE(queue.try_pop());
}

TEST(PieceQueue, AClosedQueueHandsOutWhatIsInIt) {
    PieceQueue queue(10, 1000);
    const std::stop_token never;
    ASSERT_TRUE(queue.push(piece(1), never));
    queue.close();
    EXPECT_TRUE(queue.pop(never));
    EXPECT_FALSE(queue.pop(never));
}

TEST(PieceQueue, WhoeverWaitsGoesWhenStopped) {
    PieceQueue queue(1, 1000);
    const std::stop_token never;
    ASSERT_TRUE(queue.push(piece(1), never));
    bool pushed = true;
    std::jthread pusher([&](const std::stop_token& stop) { pushed = queue.push(piece(2), stop); });
    pusher.request_stop();
    pusher.join();
    EXPECT_FALSE(pushed);
    ASSERT_TRUE(queue.try_pop());
    bool popped = true;
    std::jthread popper([&](const std::stop_token& stop) { popped = queue.pop(stop).has_value(); });
    popper.request_stop();
    popper.join();
    EXPECT_FALSE(popped);
}

TEST(PieceQueue, IsBoundedInPiecesAndInBytesAndLosesNothing) {
    constexpr std::size_t count = 2000;
    constexpr std::size_t bytes_max = 50;
    PieceQueue queue(8, bytes_max);
    const std::stop_token never;
    std::jthread pusher([&] {
        for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(queue.push(piece(i % 20), never));
        queue.close();
    });
    std::size_t popped = 0;
    while (const auto taken = queue.pop(never)) {
        EXPECT_EQ(taken->sql.size(), popped % 20);
        EXPECT_LE(queue.under_way(), 8U + 1U);  // those that wait, and the one just taken
        queue.settle();
        ++popped;
    }
    EXPECT_EQ(popped, count);
}

TEST(PieceQueue, TellsWhenFewAreUnderWay) {
    PieceQueue queue(8, 1000);
    const std::stop_token never;
    ASSERT_TRUE(queue.push(piece(1), never));
    ASSERT_TRUE(queue.push(piece(1), never));
    std::jthread settler([&] {
        ASSERT_TRUE(queue.pop(never));
        queue.settle();
    });
    queue.wait_until_below(2, std::chrono::hours(1), never);
    EXPECT_EQ(queue.under_way(), 1U);
}

}  // namespace
}  // namespace penstock::apply
