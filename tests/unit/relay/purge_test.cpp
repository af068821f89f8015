#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "events.h"
#include "folder.h"
#include "relay/errors.h"
#include "relay/reader.h"
#include "relay/writer.h"
#include "uring/poll_backend.h"

namespace penstock::relay {
namespace {

using testing_events::event_at;
using testing_events::Folder;
using testing_events::format_event;
using Names = std::vector<std::string>;

constexpr std::chrono::hours day{24};
constexpr std::uint64_t everything = std::uint64_t{1} << 40;
const std::string segment =
    "\xFE"
    "bin" +
    format_event();

// Segments binlog.000001 to binlog.000005, of the same size each.
class PurgeTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(RelayLog::open(folder_.options()));
        for (int i = 1; i <= 5; ++i) folder_.write(name(i), segment);
    }
    static std::string name(int number) { return "binlog.00000" + std::to_string(number); }
    static Names names(int first, int last = 5) {
        Names names;
        for (int i = first; i <= last; ++i) names.push_back(name(i));
        return names;
    }
    void open(std::uint64_t keep_bytes, std::chrono::milliseconds keep_age = day) {
        RelayOptions options = folder_.options();
        options.retention = {keep_bytes, keep_age};
        options.budget = budget_;
        log_.reset();
        auto log = RelayLog::open(options);
        ASSERT_TRUE(log) << log.error().to_string();
        log_ = std::move(*log);
    }
    // The number of segments removed.
    std::size_t purge(const Position& applied) {
        const auto purged = log_->purge(applied);
        EXPECT_TRUE(purged) << purged.error().to_string();
        return purged ? purged->segments : 0;
    }
    void make_older(int number, std::chrono::hours age) const {
        std::filesystem::last_write_time(folder_.path() + "/" + name(number),
                                         std::filesystem::file_time_type::clock::now() - age);
    }

    Folder folder_;
    Budget budget_;
    std::unique_ptr<RelayLog> log_;
};

TEST_F(PurgeTest, OnlyWhatIsWhollyAppliedIsRemoved) {
    open(0);
    EXPECT_EQ(purge({}), 0U);
    EXPECT_EQ(purge({name(1), segment.size()}), 0U);
    EXPECT_EQ(purge({name(3), 4}), 2U);
    EXPECT_EQ(log_->segments(), names(3));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/" + name(2)));
    EXPECT_TRUE(std::filesystem::exists(folder_.path() + "/" + name(3)));
    EXPECT_EQ(log_->bytes(), 3 * segment.size());
    EXPECT_EQ(log_->purged().segments, 2U);
    EXPECT_EQ(log_->purged().bytes, 2 * segment.size());
}

TEST_F(PurgeTest, TheLastSegmentStaysWhateverIsApplied) {
    open(0);
    EXPECT_EQ(purge({"binlog.000099", 4}), 4U);
    EXPECT_EQ(log_->segments(), names(5));
}

TEST_F(PurgeTest, AsMuchAsTheKeepSizeOfWhatIsAppliedIsKept) {
    open(2 * segment.size());
    EXPECT_EQ(purge({name(5), 4}), 2U);
    EXPECT_EQ(log_->segments(), names(3));
    EXPECT_EQ(purge({name(5), 4}), 0U);
}

TEST_F(PurgeTest, OlderThanTheKeepAgeIsRemovedAlthoughThereIsRoom) {
    open(everything);
    make_older(1, 3 * day);
    make_older(2, 2 * day);
    EXPECT_EQ(purge({name(5), 4}), 2U);
    EXPECT_EQ(log_->segments(), names(3));
}

TEST_F(PurgeTest, WhatAReaderStillNeedsIsNotRemoved) {
    open(0);
    std::optional<Reader> first(*log_);
    std::optional<Reader> second(*log_);
    ASSERT_TRUE(first->open({name(2), 0}));
    ASSERT_TRUE(second->open({name(4), 0}));
    EXPECT_EQ(purge({name(5), 4}), 1U);
    EXPECT_EQ(log_->segments(), names(2));
    ASSERT_TRUE(first->next({}));  // of 2
    EXPECT_EQ(purge({name(5), 4}), 0U);
    ASSERT_TRUE(first->next({}));  // of 3
    EXPECT_EQ(purge({name(5), 4}), 1U);
    first.reset();
    EXPECT_EQ(purge({name(5), 4}), 1U);
    EXPECT_EQ(log_->segments(), names(4));
    second.reset();
    EXPECT_EQ(purge({name(5), 4}), 1U);
}

TEST_F(PurgeTest, AReaderThatCouldNotOpenHoldsNothing) {
    open(0);
    EXPECT_EQ(purge({name(3), 4}), 2U);
    Reader reader(*log_);
    const auto opened = reader.open({name(2), 0});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, error_no_such_position);
    EXPECT_EQ(purge({name(5), 4}), 2U);
}

// Each state that a kill can leave between two steps of a purge, the file half way through its
// removal being there or not; and then the purge is taken up again.
TEST_F(PurgeTest, AfterAKillBetweenAnyTwoStepsItOpensAndGoesOn) {
    for (int removed = 1; removed <= 4; ++removed) {
        std::filesystem::remove(folder_.path() + "/" + name(removed));
        open(0);
        EXPECT_EQ(log_->segments(), names(removed + 1));
        EXPECT_EQ(log_->durable_end(), (Position{name(5), segment.size()}));
        Reader reader(*log_);
        ASSERT_TRUE(reader.open({name(removed + 1), 0}));
        ASSERT_TRUE(reader.next({}));
    }
}

TEST_F(PurgeTest, WhatCanNotBeRemovedStaysWithAllThatFollows) {
    open(0);
    // A folder that is not empty can't be unlinked, whoever asks.
    std::filesystem::remove(folder_.path() + "/" + name(2));
    std::filesystem::create_directory(folder_.path() + "/" + name(2));
    const auto purged = log_->purge({name(5), 4});
    ASSERT_FALSE(purged);
    EXPECT_EQ(purged.error().kind, ErrorKind::transient);
    EXPECT_EQ(log_->segments(), names(2));
    std::filesystem::remove(folder_.path() + "/" + name(2));
    folder_.write(name(2), segment);
    EXPECT_EQ(purge({name(5), 4}), 3U);
}

TEST_F(PurgeTest, RoomIsWhatTheBudgetLeavesWhileThereIsMoreThanOneSegment) {
    budget_.bytes_max = 6 * segment.size();
    open(everything);
    EXPECT_EQ(log_->room().bytes(), segment.size());
    budget_.bytes_max = 4 * segment.size();
    open(everything);
    EXPECT_EQ(log_->room().bytes(), 0U);
    EXPECT_EQ(purge({name(5), 4}), 2U);  // room ahead, whatever may be kept
    EXPECT_EQ(purge({name(5), 4}), 0U);
    budget_.bytes_max = segment.size() / 2;
    open(everything);
    EXPECT_EQ(log_->room().by_budget, 0U);
    EXPECT_EQ(purge({name(5), 4}), 2U);
    EXPECT_EQ(log_->room().by_budget, Budget::unlimited);
}

TEST_F(PurgeTest, RoomThatCaptureWaitsForIsMadeOfWhatIsAppliedOnly) {
    budget_.bytes_max = 5 * segment.size() + 64;
    open(everything);
    log_->want_room(segment.size());
    EXPECT_EQ(purge({name(1), 4}), 0U);
    EXPECT_EQ(purge({name(4), 4}), 1U);
    EXPECT_EQ(log_->room().bytes(), segment.size() + 64);
}

TEST_F(PurgeTest, TheDiskHasNoRoomBelowTheFloor) {
    budget_.free_bytes_min = std::uint64_t{1} << 60;
    open(everything);
    EXPECT_EQ(log_->room().on_disk, 0U);
    EXPECT_EQ(log_->room().by_budget, Budget::unlimited);
    EXPECT_EQ(purge({name(3), 4}), 2U);
}

// A writer and two readers at work while everything that is applied goes at once.
TEST_F(PurgeTest, ReadersFollowTheWriterWhileThePurgeFollowsTheReaders) {
    constexpr int segments = 40;
    constexpr int events = 20;
    const auto file = [](int number) { return "binlog.0000" + std::to_string(10 + number); };
    std::filesystem::remove_all(folder_.path());
    std::filesystem::create_directory(folder_.path());
    open(0);
    const auto read_all = [&](Reader& reader, bool purging) {
        for (int i = 0; i < segments * (events + 1); ++i) {
            const auto event = reader.next({});
            ASSERT_TRUE(event) << event.error().to_string();
            if (!purging) continue;
            ASSERT_TRUE(log_->purge(reader.position()));
        }
    };
    Reader first(*log_);
    Reader second(*log_);
    ASSERT_TRUE(first.open({file(0), 0}));
    ASSERT_TRUE(second.open({file(0), 0}));
    std::jthread reading([&] { read_all(second, false); });
    std::jthread writing([&] {
        uring::BlockingFileWriter blocking;
        auto writer = Writer::open(*log_, blocking);
        ASSERT_TRUE(writer);
        for (int i = 0; i < segments; ++i) {
            ASSERT_TRUE((*writer)->start_segment(file(i)));
            ASSERT_TRUE((*writer)->append(base::as_bytes(format_event())));
            for (int k = 0; k < events; ++k) {
                const std::string event =
                    event_at((*writer)->end().offset, binlog::EventType::rows_query, "some text");
                ASSERT_TRUE((*writer)->append(base::as_bytes(event)));
                ASSERT_TRUE((*writer)->flush_soon());
            }
        }
        ASSERT_TRUE((*writer)->flush());
    });
    read_all(first, true);
    reading.join();
    writing.join();
    purge(first.position());
    EXPECT_EQ(log_->segments(), Names{file(segments - 1)});
}

}  // namespace
}  // namespace penstock::relay
