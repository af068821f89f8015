// What comes out of DecodeAhead must be what lies in the relay log, in that order, however many
// workers there are and wherever batches are cut.
#include "apply/decode_ahead.h"

#include <gtest/gtest.h>

#include <random>

#include "../relay/events.h"
#include "../relay/folder.h"
#include "apply/limits.h"
#include "base/errors.h"
#include "binlog/errors.h"
#include "relay/writer.h"
#include "uring/poll_backend.h"

namespace penstock::apply {
namespace {

using binlog::EventType;
using testing_events::event_at;
using testing_events::Folder;
using testing_events::format_event;

using Random = std::mt19937;

std::size_t number(Random& random, std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random);
}

// A TRANSACTION_PAYLOAD's body, not compressed.
std::string payload_body(std::size_t events, std::size_t event_bytes) {
    std::string plain;
    for (std::size_t i = 0; i < events; ++i) {
        std::string event = testing_events::make_event(
            EventType::rows_query, std::string(event_bytes, static_cast<char>('a' + i % 26)), 0);
        event.resize(event.size() - binlog::checksum_bytes);
        base::store_le(reinterpret_cast<std::uint8_t*>(event.data()) + binlog::event_size_offset,
                       event.size(), 4);
        plain += event;
    }
    const auto field = [](std::uint64_t type, std::uint64_t value) {
        std::string content;
        base::ByteWriter(content).length_encoded(value);
        std::string out;
        base::ByteWriter(out).length_encoded(type).length_encoded(content.size()).text(content);
        return out;
    };
    return field(2, 255) + field(3, plain.size()) + field(1, plain.size()) + '\0' + plain;
}

struct Event {
    std::string file;
    std::uint64_t start;
    std::string bytes;
    std::size_t payload_events = 0;
};

class DecodeAheadTest : public testing::TestWithParam<std::size_t> {
protected:
    void SetUp() override {
        seed_ = std::random_device{}();
        random_.seed(seed_);
        auto log = relay::RelayLog::open(folder_.options());
        ASSERT_TRUE(log);
        log_ = std::move(*log);
        auto writer = relay::Writer::open(*log_, file_writer_);
        ASSERT_TRUE(writer);
        writer_ = std::move(*writer);
        begin("binlog.000007");
    }
    void begin(const std::string& file) {
        ASSERT_TRUE(writer_->start_segment(file));
        append(format_event());
    }
    void append(const std::string& bytes, std::size_t payload_events = 0) {
        written_.push_back({writer_->end().file, writer_->end_offset(), bytes, payload_events});
        ASSERT_TRUE(writer_->append(base::as_bytes(bytes)));
    }
    void append(EventType type, const std::string& body, std::size_t payload_events = 0) {
        append(event_at(writer_->end_offset(), type, body), payload_events);
    }
    void append_random() {
        const std::size_t kind = number(random_, 0, 99);
        if (kind == 0) {
            append(EventType::rows_query, std::string(number(random_, 200'000, 700'000), 'l'));
        } else if (kind < 5) {
            const std::size_t events = number(random_, 1, 300);
            append(EventType::transaction_payload, payload_body(events, number(random_, 0, 500)),
                   events);
        } else {
            append(EventType::rows_query, std::string(number(random_, 0, 5'000), 'q'));
        }
    }
    void append_some(std::size_t events) {
        for (std::size_t i = 0; i < events; ++i) append_random();
        ASSERT_TRUE(writer_->flush());
    }
    void open_reader() {
        reader_.emplace(*log_);
        ASSERT_TRUE(reader_->open({"binlog.000007", 0}));
        events_.emplace(*reader_, GetParam(), stats_);
    }
    // All that is there now, compared with what was written.
    void expect_the_rest() {
        while (true) {
            const auto event = events_->try_next();
            ASSERT_TRUE(event) << event.error().text;
            if (!*event) break;
            ASSERT_LT(seen_, written_.size());
            const Event& expected = written_[seen_++];
            ASSERT_EQ((*event)->error, nullptr);
            EXPECT_EQ((*event)->file, expected.file);
            EXPECT_EQ((*event)->start, expected.start);
            EXPECT_EQ((*event)->end, expected.start + expected.bytes.size());
            ASSERT_EQ(base::as_text((*event)->view.whole), expected.bytes);
            expect_payload(**event, expected.payload_events);
        }
        EXPECT_EQ(seen_, written_.size());
    }
    static void expect_payload(const DecodedEvent& event, std::size_t count) {
        // Those that were left to be expanded in order may be any.
        if (event.payload.empty()) return;
        ASSERT_EQ(event.payload.size(), count);
        for (std::size_t i = 0; i < count; ++i) {
            const binlog::EventView& nested = event.payload[i];
            EXPECT_EQ(nested.whole.size(), nested.header.event_size);
            EXPECT_EQ(nested.body.size(), nested.header.event_size - binlog::event_header_bytes);
            for (const std::uint8_t byte : nested.body) ASSERT_EQ(byte, 'a' + i % 26);
        }
    }
    [[nodiscard]] std::string trace() const { return "seed " + std::to_string(seed_); }

    Folder folder_;
    std::uint32_t seed_ = 0;
    Random random_;
    uring::BlockingFileWriter file_writer_;
    std::unique_ptr<relay::RelayLog> log_;
    std::unique_ptr<relay::Writer> writer_;
    std::vector<Event> written_;
    std::size_t seen_ = 0;
    std::optional<relay::Reader> reader_;
    DecodeStats stats_;
    std::optional<DecodeAhead> events_;
};

TEST_P(DecodeAheadTest, shows_every_event_once_and_in_order) {
    SCOPED_TRACE(trace());
    append_some(3'000);
    begin("binlog.000008");
    append_some(10);
    begin("binlog.000009");
    append_some(1'000);
    open_reader();
    expect_the_rest();
    EXPECT_EQ(stats_.batches_ahead.load() > 0, GetParam() > 0);
}

TEST_P(DecodeAheadTest, goes_on_with_what_is_written_meanwhile) {
    SCOPED_TRACE(trace());
    ASSERT_TRUE(writer_->flush());
    open_reader();
    for (int i = 0; i < 60; ++i) {
        append_some(number(random_, 0, 1) == 0 ? number(random_, 0, 3) : number(random_, 0, 300));
        expect_the_rest();
    }
}

TEST_P(DecodeAheadTest, shows_an_error_behind_the_events_in_front_of_it) {
    SCOPED_TRACE(trace());
    append_some(500);
    const std::size_t broken = written_.size();
    append(EventType::rows_query, "this one will be spoiled");
    append_some(500);
    begin("binlog.000008");
    append_some(5);
    writer_.reset();
    log_.reset();
    std::string content = folder_.read("binlog.000007");
    content[written_[broken].start + binlog::event_header_bytes] = 'T';
    folder_.write("binlog.000007", content);
    log_ = relay::RelayLog::open(folder_.options()).value();
    open_reader();
    for (std::size_t i = 0; i < broken; ++i) {
        const auto event = events_->try_next();
        ASSERT_TRUE(event && *event);
        ASSERT_EQ((*event)->error, nullptr);
        ASSERT_EQ(base::as_text((*event)->view.whole), written_[i].bytes);
    }
    const auto event = events_->try_next();
    ASSERT_TRUE(event && *event);
    ASSERT_NE((*event)->error, nullptr);
    EXPECT_EQ((*event)->start, written_[broken].start);
    EXPECT_EQ((*event)->error->code, binlog::error_checksum);
}

TEST_P(DecodeAheadTest, leaves_a_payload_too_large_for_it_to_the_stream) {
    const std::size_t bytes = 1'000'000;
    const std::size_t fitting = payload_bytes_ahead_max / bytes;
    for (std::size_t i = 0; i <= fitting; ++i) {
        append(EventType::transaction_payload, payload_body(i == fitting ? 2 * fitting : 1, bytes));
    }
    ASSERT_TRUE(writer_->flush());
    open_reader();
    for (std::size_t i = 0; i <= fitting + 1; ++i) {
        const auto event = events_->try_next();
        ASSERT_TRUE(event && *event);
        if (i == 0) continue;  // the format description
        EXPECT_EQ((*event)->payload.size(), i == fitting + 1 ? 0U : 1U);
    }
}

TEST_P(DecodeAheadTest, waits_until_it_is_stopped) {
    ASSERT_TRUE(writer_->flush());
    open_reader();
    ASSERT_TRUE(events_->try_next());
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    const auto event = events_->next(stop.get_token());
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().code, base::error_cancelled);
}

INSTANTIATE_TEST_SUITE_P(workers, DecodeAheadTest, testing::Values(0, 1, 4));

}  // namespace
}  // namespace penstock::apply
