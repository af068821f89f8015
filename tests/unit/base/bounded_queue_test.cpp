#include "base/bounded_queue.h"

#include <gtest/gtest.h>
#include <thread>

namespace penstock::base {
namespace {

TEST(BoundedQueue, KeepsTheOrderOfOneProducer) {
    BoundedQueue<int> queue(4);
    const std::stop_source stop;
    std::jthread producer([&] {
        for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(queue.push(int{i}, stop.get_token()));
        queue.close();
    });
    int expected = 0;
    while (auto item = queue.pop(stop.get_token())) ASSERT_EQ(*item, expected++);
    EXPECT_EQ(expected, 10'000);
}

TEST(BoundedQueue, APushIntoAFullQueueEndsWhenStopped) {
    BoundedQueue<int> queue(1);
    std::stop_source stop;
    ASSERT_TRUE(queue.push(1, stop.get_token()));
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_FALSE(queue.push(2, stop.get_token()));
}

TEST(BoundedQueue, NeverHoldsMoreThanItsCapacity) {
    BoundedQueue<int> queue(3);
    std::stop_source stop;
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(queue.push(int{i}, stop.get_token()));
    queue.close();
    EXPECT_FALSE(queue.push(4, stop.get_token()));
    EXPECT_EQ(queue.size_approx(), 3U);
}

TEST(BoundedQueue, ACloseStillHandsOutWhatIsInside) {
    BoundedQueue<int> queue(3);
    const std::stop_source stop;
    ASSERT_TRUE(queue.push(7, stop.get_token()));
    queue.close();
    EXPECT_EQ(queue.pop(stop.get_token()), 7);
    EXPECT_EQ(queue.pop(stop.get_token()), std::nullopt);
}

}  // namespace
}  // namespace penstock::base
