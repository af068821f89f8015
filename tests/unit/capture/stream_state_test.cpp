#include "capture/stream_state.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "../relay/events.h"
#include "binlog/event_reader.h"
#include "capture/errors.h"

namespace penstock::capture {
namespace {

using binlog::EventType;
using testing_events::announcement;
using testing_events::event_at;
using testing_events::event_without_position;
using testing_events::format_event;
using testing_events::make_event;
using testing_events::mariadb_format_event;

constexpr std::uint32_t file_begun = 1'700'000'000;

StreamAction take(StreamState& state, const std::string& event) {
    const auto step = state.take({base::as_bytes(event)});
    EXPECT_TRUE(step) << (step ? "" : step.error().to_string());
    return step ? step->action : StreamAction::ignore;
}

ErrorCode error_of(StreamState& state, const std::string& event) {
    const auto step = state.take({base::as_bytes(event)});
    EXPECT_FALSE(step);
    return step ? ErrorCode{} : step.error().code;
}

TEST(StreamStateTest, AnEmptyRelayLogBeginsWithTheFileThatIsAnnounced) {
    StreamState state({}, std::nullopt);
    const std::string announced = announcement("binlog.000007", 4);
    const auto step = state.take({base::as_bytes(announced)});
    ASSERT_TRUE(step);
    EXPECT_EQ(step->action, StreamAction::next_file);
    EXPECT_EQ(step->file, "binlog.000007");
    EXPECT_EQ(take(state, format_event()), StreamAction::append);
    EXPECT_EQ(state.position(), (relay::Position{"binlog.000007", 4 + format_event().size()}));
}

TEST(StreamStateTest, ResumingInsideAFileTheMadeUpFormatDescriptionIsNotWritten) {
    StreamState state({"binlog.000007", 500}, file_begun);
    EXPECT_EQ(take(state, announcement("binlog.000007", 500)), StreamAction::ignore);
    EXPECT_EQ(take(state, format_event(true)), StreamAction::ignore);
    EXPECT_EQ(take(state, event_at(500, EventType::query, "x")), StreamAction::append);
}

TEST(StreamStateTest, ResumingAtTheStartOfAFileItsFormatDescriptionIsWritten) {
    StreamState state({"binlog.000007", 4}, std::nullopt);
    EXPECT_EQ(take(state, announcement("binlog.000007", 4)), StreamAction::ignore);
    EXPECT_EQ(take(state, format_event()), StreamAction::append);
}

TEST(StreamStateTest, TheRotateOfTheFileIsWrittenAndTheAnnouncementIsNot) {
    StreamState state({"binlog.000007", 500}, file_begun);
    static_cast<void>(take(state, announcement("binlog.000007", 500)));
    static_cast<void>(take(state, format_event(true)));
    EXPECT_EQ(take(state, event_at(500, EventType::rotate, "\4\0\0\0\0\0\0\0binlog.000008")),
              StreamAction::append);
    EXPECT_EQ(take(state, announcement("binlog.000008", 4)), StreamAction::next_file);
    EXPECT_EQ(take(state, format_event(false, file_begun + 60)), StreamAction::append);
}

TEST(StreamStateTest, HeartbeatsAreNotWritten) {
    StreamState state({"binlog.000007", 500}, file_begun);
    static_cast<void>(take(state, announcement("binlog.000007", 500)));
    static_cast<void>(take(state, format_event(true)));
    for (const EventType type : {EventType::heartbeat, EventType::heartbeat_v2}) {
        EXPECT_EQ(take(state, make_event(type, "binlog.000007", 500)), StreamAction::ignore);
    }
    EXPECT_EQ(state.position().offset, 500U);
}

TEST(StreamStateTest, PositionsBeyond4GiBAreKeptIn64Bits) {
    constexpr std::uint64_t large = 0x1'0000'0000 - 10;
    StreamState state({"binlog.000007", large}, file_begun);
    static_cast<void>(take(state, announcement("binlog.000007", large)));
    static_cast<void>(take(state, format_event(true)));
    const std::string event = event_at(large, EventType::query, "across the boundary");
    EXPECT_EQ(take(state, event), StreamAction::append);
    EXPECT_EQ(state.position().offset, large + event.size());
}

TEST(StreamStateTest, AFileBegunAtAnotherTimeMeansThatTheSourceWasReset) {
    StreamState state({"binlog.000001", 500}, file_begun);
    static_cast<void>(take(state, announcement("binlog.000001", 500)));
    EXPECT_EQ(error_of(state, format_event(true, file_begun + 1)), error_source_behind);
}

TEST(StreamStateTest, AMissingEventIsNoticed) {
    StreamState state({"binlog.000007", 500}, file_begun);
    static_cast<void>(take(state, announcement("binlog.000007", 500)));
    static_cast<void>(take(state, format_event(true)));
    EXPECT_EQ(error_of(state, event_at(600, EventType::query, "x")), error_stream_corrupt);
}

TEST(StreamStateTest, APositionThatMysqlLeavesOutIsNoticed) {
    StreamState state({"binlog.000007", 500}, file_begun);
    static_cast<void>(take(state, announcement("binlog.000007", 500)));
    static_cast<void>(take(state, format_event(true)));
    EXPECT_EQ(error_of(state, event_without_position(EventType::query, "x")), error_stream_corrupt);
}

class MariadbStreamTest : public testing::Test {
protected:
    void SetUp() override {
        static_cast<void>(take(state_, announcement("binlog.000007", 500)));
        static_cast<void>(take(state_, mariadb_format_event(true)));
    }
    StreamState state_{{"binlog.000007", 500}, file_begun};
};

TEST_F(MariadbStreamTest, EventsOutOfACacheAreCounted) {
    const std::string map = event_without_position(EventType::table_map, "x");
    const std::string rows = event_without_position(EventType::write_rows_v1, "yy");
    EXPECT_EQ(take(state_, map), StreamAction::append);
    EXPECT_EQ(take(state_, rows), StreamAction::append);
    const std::uint64_t end = 500 + map.size() + rows.size();
    EXPECT_EQ(state_.position().offset, end);
    EXPECT_EQ(take(state_, event_at(end, EventType::xid, "12345678")), StreamAction::append);
}

TEST_F(MariadbStreamTest, AnEventThatIsMissingAmongThemIsNoticedAtTheNextThatSaysWhereItEnds) {
    static_cast<void>(take(state_, event_without_position(EventType::table_map, "x")));
    EXPECT_EQ(error_of(state_, event_at(600, EventType::xid, "12345678")), error_stream_corrupt);
}

TEST_F(MariadbStreamTest, EventsThatAreNeverCachedMustSayWhereTheyEnd) {
    for (const EventType type : {EventType::xid, EventType::mariadb_gtid, EventType::stop,
                                 EventType::xa_prepare, EventType::mariadb_binlog_checkpoint}) {
        EXPECT_EQ(error_of(state_, event_without_position(type, "x")), error_stream_corrupt);
    }
}

TEST_F(MariadbStreamTest, TheGtidListThatTheDumpBeginsWithIsNotWritten) {
    EXPECT_EQ(take(state_, make_event(EventType::mariadb_gtid_list, std::string(4, '\0'), 500,
                                      binlog::event_artificial_flag)),
              StreamAction::ignore);
    EXPECT_EQ(state_.position().offset, 500U);
}

// A whole file that a server wrote.
TEST(RecordedMariadbTest, IsAppendedEventByEvent) {
    std::ifstream file(PENSTOCK_RECORDED_DATA "/mariadb-11.8.binlog", std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(file), {});
    StreamState state({"binlog.000002", 4}, std::nullopt);
    static_cast<void>(take(state, announcement("binlog.000002", 4)));
    binlog::EventReader reader(base::as_bytes(content));
    int without_position = 0;
    while (const auto event = reader.next().value()) {
        without_position += event->header.log_pos == 0 ? 1 : 0;
        EXPECT_EQ(take(state, std::string(base::as_text(event->whole))), StreamAction::append);
        EXPECT_EQ(state.position().offset, reader.offset());
    }
    EXPECT_GT(without_position, 20);
    EXPECT_EQ(state.position().offset, content.size());
}

TEST(StreamStateTest, AWrongByteIsNoticedWhicheverItIs) {
    const std::string event = event_at(500, EventType::query, "payload");
    for (std::size_t at = 0; at < event.size(); ++at) {
        StreamState state({"binlog.000007", 500}, file_begun);
        static_cast<void>(take(state, announcement("binlog.000007", 500)));
        static_cast<void>(take(state, format_event(true)));
        std::string damaged = event;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
        EXPECT_FALSE(state.take({base::as_bytes(damaged)})) << at;
    }
}

// In two parts, cut at each place where the first is long enough.
struct InParts {
    InParts() {
        static_cast<void>(take(state_, announcement("binlog.000007", 500)));
        static_cast<void>(take(state_, format_event(true)));
    }
    [[nodiscard]] Result<StreamStep> take_in_two(const std::string& event, std::size_t at) {
        const base::Bytes bytes = base::as_bytes(event);
        PENSTOCK_ASSIGN(const StreamStep first, state_.take({bytes.first(at), true, false}));
        EXPECT_EQ(state_.position().offset, 500U);
        EXPECT_NE(first.action, StreamAction::next_file);
        return state_.take({bytes.subspan(at), false, true});
    }
    StreamState state_{{"binlog.000007", 500}, file_begun};
};

TEST(StreamStateTest, AnEventOfTheFileIsAppendedPartByPart) {
    const std::string event = event_at(500, EventType::query, "payload");
    for (std::size_t at = binlog::event_header_bytes; at <= event.size(); ++at) {
        InParts each;
        const auto step = each.take_in_two(event, at);
        ASSERT_TRUE(step) << at << step.error().to_string();
        EXPECT_EQ(step->action, StreamAction::append);
        EXPECT_EQ(step->event_bytes, event.size());
        EXPECT_EQ(base::as_text(step->part.bytes), std::string_view(event).substr(at));
        EXPECT_EQ(each.state_.position().offset, 500 + event.size());
    }
}

TEST(StreamStateTest, WhatTheStreamMakesUpIsJoinedOrPassedOver) {
    const std::string next = announcement("binlog.000008", 4);
    const std::string heartbeat = make_event(EventType::heartbeat, "binlog.000007", 500);
    for (std::size_t at = binlog::event_header_bytes; at <= heartbeat.size(); ++at) {
        InParts each;
        const auto passed = each.take_in_two(heartbeat, at);
        ASSERT_TRUE(passed);
        EXPECT_EQ(passed->action, StreamAction::ignore);
        const auto step = each.take_in_two(next, at);
        ASSERT_TRUE(step);
        EXPECT_EQ(step->action, StreamAction::next_file);
        EXPECT_EQ(step->file, "binlog.000008");
    }
}

TEST(StreamStateTest, AWrongByteIsNoticedWithTheLastPart) {
    const std::string event = event_at(500, EventType::query, "payload");
    for (std::size_t at = 0; at < event.size(); ++at) {
        std::string damaged = event;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
        EXPECT_FALSE(InParts().take_in_two(damaged, 25)) << at;
    }
}

TEST(StreamStateTest, PartsThatAreTooShortOrTooLongTogetherAreNoticed) {
    const std::string event = event_at(500, EventType::query, "payload");
    EXPECT_FALSE(InParts().take_in_two(event + "x", 25));
    EXPECT_FALSE(InParts().take_in_two(event.substr(0, event.size() - 1), 25));
}

TEST(StreamStateTest, AnEventBeforeTheFormatDescriptionIsRefused) {
    StreamState state({"binlog.000007", 500}, file_begun);
    EXPECT_EQ(error_of(state, event_at(500, EventType::query, "x")), error_stream_corrupt);
}

TEST(StreamStateTest, AnnouncementsElsewhereThanAskedForAreRefused) {
    StreamState state({"binlog.000007", 500}, file_begun);
    EXPECT_EQ(error_of(state, announcement("binlog.000007", 600)), error_stream_corrupt);
    EXPECT_EQ(error_of(state, announcement("binlog.000008", 600)), error_stream_corrupt);
}

}  // namespace
}  // namespace penstock::capture
