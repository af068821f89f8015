#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "events.h"
#include "folder.h"
#include "relay/errors.h"
#include "relay/limits.h"
#include "relay/reader.h"
#include "relay/writer.h"
#include "uring/backend.h"
#include "uring/errors.h"
#include "uring/poll_backend.h"

namespace penstock::relay {
namespace {

using binlog::EventType;
using testing_events::event_at;
using testing_events::Folder;
using testing_events::format_event;

constexpr std::uint32_t seed = 7;

// A relay log, its writer, and what should be in the folder.
class WriterReaderTest : public testing::Test {
protected:
    void SetUp() override {
        RecordProperty("seed", static_cast<int>(seed));
        auto log = RelayLog::open(folder_.options());
        ASSERT_TRUE(log);
        log_ = std::move(*log);
        auto writer = Writer::open(*log_, blocking_);
        ASSERT_TRUE(writer);
        writer_ = std::move(*writer);
    }
    void begin(const std::string& file, const std::string& format = format_event()) {
        ASSERT_TRUE(writer_->start_segment(file));
        expected_[file] =
            "\xFE"
            "bin";
        append(format);
    }
    void append(const std::string& event) {
        ASSERT_TRUE(writer_->append(base::as_bytes(event)));
        expected_[writer_->end().file] += event;
    }
    void append_body(const std::string& body) {
        append(event_at(writer_->end().offset, EventType::rows_query, body));
    }

    // A segment as a Reader shows it, up to the durable end or the next segment.
    std::string read_segment(const std::string& file) {
        Reader reader(*log_);
        EXPECT_TRUE(reader.open({file, 0}));
        std::string content =
            "\xFE"
            "bin";
        while (true) {
            const auto event = reader.try_next();
            EXPECT_TRUE(event) << event.error().to_string();
            if (!event || !*event || (*event)->file != file) return content;
            content += base::as_text((*event)->bytes);
        }
    }

    Folder folder_;
    std::unique_ptr<RelayLog> log_;
    uring::BlockingFileWriter blocking_;
    std::unique_ptr<Writer> writer_;
    std::map<std::string, std::string> expected_;
};

TEST_F(WriterReaderTest, WhatIsNotDurableIsNotPublished) {
    begin("binlog.000001");
    EXPECT_EQ(log_->durable_end(), (Position{"binlog.000001", 4}));
    ASSERT_TRUE(writer_->flush());
    EXPECT_EQ(log_->durable_end(), writer_->end());
}

TEST_F(WriterReaderTest, SegmentsAreByteForByteWhatWasAppended) {
    std::mt19937 random(seed);
    for (const char* file : {"binlog.000001", "binlog.000002", "binlog.000003"}) {
        begin(file);
        for (int i = 0; i < 200; ++i) append_body(std::string(random() % 50'000, 'x'));
    }
    ASSERT_TRUE(writer_->flush());
    for (const auto& [file, content] : expected_) EXPECT_TRUE(folder_.read(file) == content);
}

TEST_F(WriterReaderTest, WhatWasMadeDurableIsCountedInGroups) {
    begin("binlog.000001");
    for (int i = 0; i < 100; ++i) append_body(std::string(500, 'x'));
    EXPECT_EQ(log_->written().groups, 0U);
    ASSERT_TRUE(writer_->flush());
    append_body("one more");
    ASSERT_TRUE(writer_->flush());
    const RelayLog::Written& written = log_->written();
    EXPECT_EQ(written.groups, 2U);
    EXPECT_EQ(written.bytes, writer_->end_offset() - 4);  // without the magic bytes
    EXPECT_TRUE(base::TimeHistogram::quantile(written.times.counts(), 1));
}

TEST_F(WriterReaderTest, TheNextSegmentMustFollowByNumber) {
    begin("binlog.999999");
    for (const char* wrong : {"binlog.999999", "binlog.000001", "binlog.1000001", "other.1000000",
                              "nonumber", "../binlog.1000000"}) {
        EXPECT_FALSE(writer_->start_segment(wrong)) << wrong;
    }
    EXPECT_TRUE(writer_->start_segment("binlog.1000000"));
}

TEST_F(WriterReaderTest, AReaderSeesEveryEventWithItsPlace) {
    begin("binlog.000001");
    append_body("one");
    begin("binlog.000002");
    append_body("two");
    ASSERT_TRUE(writer_->flush());
    Reader reader(*log_);
    ASSERT_TRUE(reader.open({"binlog.000001", 0}));
    std::map<std::string, std::string> seen;
    while (true) {
        const auto event = reader.try_next();
        ASSERT_TRUE(event) << event.error().to_string();
        if (!*event) break;
        std::string& content = seen[std::string((*event)->file)];
        if (content.empty()) {
            content =
                "\xFE"
                "bin";
        }
        EXPECT_EQ((*event)->start, content.size());
        content += base::as_text((*event)->bytes);
        EXPECT_EQ((*event)->end, content.size());
    }
    EXPECT_EQ(seen, expected_);
    EXPECT_EQ(reader.position(), log_->durable_end());
}

TEST_F(WriterReaderTest, OpenedInTheMiddleItStillKnowsTheFormatDescription) {
    begin("binlog.000001");
    append_body("one");
    const Position middle = writer_->end();
    append_body("two");
    ASSERT_TRUE(writer_->flush());
    Reader reader(*log_);
    ASSERT_TRUE(reader.open(middle));
    EXPECT_EQ(base::as_text(reader.format_description()), format_event());
    const auto event = reader.next({});
    ASSERT_TRUE(event);
    EXPECT_EQ(event->start, middle.offset);
}

TEST_F(WriterReaderTest, EventsWithoutAPositionAreReadInSegmentsOfMariadbOnly) {
    const std::string rows = testing_events::event_without_position(EventType::write_rows_v1, "r");
    begin("binlog.000001", testing_events::mariadb_format_event());
    append(testing_events::event_without_position(EventType::table_map, "map"));
    const Position middle = writer_->end();
    append(rows);
    begin("binlog.000002");
    append(rows);
    ASSERT_TRUE(writer_->flush());
    Reader reader(*log_);
    for (const Position& from : {Position{"binlog.000001", 0}, middle}) {
        ASSERT_TRUE(reader.open(from));
        Result<RelayEvent> event = reader.next({});
        while (event && event->start < middle.offset) event = reader.next({});
        ASSERT_TRUE(event) << event.error().to_string();
        EXPECT_EQ(event->start, middle.offset);
        EXPECT_EQ(event->end, middle.offset + rows.size());
    }
    ASSERT_TRUE(reader.next({}));  // the next segment's format description
    const auto refused = reader.next({});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, error_relay_corrupt);
}

TEST_F(WriterReaderTest, APositionThatIsNotThereIsAnError) {
    begin("binlog.000005");
    ASSERT_TRUE(writer_->flush());
    Reader reader(*log_);
    for (const Position& position :
         {Position{"binlog.000004", 4}, Position{"binlog.000005", 9999}}) {
        const auto opened = reader.open(position);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, error_no_such_position);
    }
}

TEST_F(WriterReaderTest, AnOffsetInsideAnEventIsNoticed) {
    begin("binlog.000001");
    append_body(std::string(200, 'y'));
    ASSERT_TRUE(writer_->flush());
    for (std::uint64_t offset = 5; offset < writer_->end().offset; ++offset) {
        Reader reader(*log_);
        if (offset == 4 + format_event().size()) continue;
        ASSERT_TRUE(reader.open({"binlog.000001", offset}));
        const auto event = reader.try_next();
        ASSERT_FALSE(event) << offset;
        EXPECT_EQ(event.error().kind, ErrorKind::corrupt);
    }
}

TEST_F(WriterReaderTest, AReaderMayWaitForASegmentThatIsNotThereYet) {
    std::thread reading([&] {
        Reader reader(*log_);
        ASSERT_TRUE(reader.open({"binlog.000001", 0}));
        const auto event = reader.next({});
        ASSERT_TRUE(event);
        EXPECT_EQ(base::as_text(event->bytes), format_event());
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    begin("binlog.000001");
    ASSERT_TRUE(writer_->flush());
    reading.join();
}

TEST_F(WriterReaderTest, AWaitingReaderCanBeStopped) {
    begin("binlog.000001");
    std::jthread reading([&](const std::stop_token& stop) {
        Reader reader(*log_);
        ASSERT_TRUE(reader.open({"binlog.000001", 0}));
        Result<RelayEvent> event = reader.next(stop);
        ASSERT_FALSE(event);
        EXPECT_EQ(event.error().kind, ErrorKind::cancelled);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    reading.request_stop();
}

TEST_F(WriterReaderTest, AnEventLargerThanAllBuffersPasses) {
    begin("binlog.000001");
    append_body("small");
    append_body(std::string(100 * 1024 * 1024, 'L'));
    append_body("after");
    ASSERT_TRUE(writer_->flush());
    Reader reader(*log_);
    ASSERT_TRUE(reader.open({"binlog.000001", 0}));
    std::string content =
        "\xFE"
        "bin";
    for (int i = 0; i < 4; ++i) {
        const auto event = reader.next({});
        ASSERT_TRUE(event);
        content += base::as_text(event->bytes);
    }
    EXPECT_TRUE(content == expected_["binlog.000001"]);
}

TEST_F(WriterReaderTest, AWriterContinuesWhereTheLastOneBecameDurable) {
    begin("binlog.000001");
    append_body("kept");
    ASSERT_TRUE(writer_->flush());
    const Position durable = writer_->end();
    ASSERT_TRUE(writer_->append(base::as_bytes("not even an event, never flushed")));
    writer_.reset();
    auto writer = Writer::open(*log_, blocking_);
    ASSERT_TRUE(writer);
    writer_ = std::move(*writer);
    EXPECT_EQ(writer_->end(), durable);
    append_body("next");
    ASSERT_TRUE(writer_->flush());
    EXPECT_EQ(folder_.read("binlog.000001"), expected_["binlog.000001"]);
    // What the first writer had in memory is not shown in the place of what the second one wrote.
    EXPECT_TRUE(read_segment("binlog.000001") == expected_["binlog.000001"]);
    EXPECT_EQ(log_->fed().from_disk.load(), 0U);
}

TEST_F(WriterReaderTest, AReaderThatHasCaughtUpDoesNotReadTheFile) {
    begin("binlog.000001");
    std::mt19937 random(seed);
    // Three chunks, with events that lie across two and one that has a chunk for itself.
    while (writer_->end().offset < 2 * chunk_bytes)
        append_body(std::string(random() % 90'000, 'm'));
    append_body(std::string(chunk_bytes + 10'000, 'L'));
    ASSERT_TRUE(writer_->flush());
    std::filesystem::remove(folder_.path() + "/binlog.000001");
    EXPECT_TRUE(read_segment("binlog.000001") == expected_["binlog.000001"]);
    EXPECT_EQ(log_->fed().from_memory.load(), writer_->end().offset - first_event_offset);
    EXPECT_EQ(log_->fed().from_disk.load(), 0U);
}

TEST_F(WriterReaderTest, WhatIsNoLongerInMemoryIsReadFromTheFile) {
    begin("binlog.000001");
    std::mt19937 random(seed);
    const std::uint64_t bytes = (recent_chunks_max + 2) * chunk_bytes;
    while (writer_->end().offset < bytes) append_body(std::string(random() % 90'000, 'm'));
    ASSERT_TRUE(writer_->flush());
    EXPECT_TRUE(read_segment("binlog.000001") == expected_["binlog.000001"]);
    EXPECT_GT(log_->fed().from_memory.load(), (recent_chunks_max - 2) * chunk_bytes);
    EXPECT_GE(log_->fed().from_disk.load(), 2 * chunk_bytes);
}

// Writes half of a block and then finds the disk full, as often as it is told to.
class FullDisk final : public uring::FileWriter {
public:
    explicit FullDisk(int times) : times_(times) {}
    void start(int fd, std::uint64_t offset, base::Bytes bytes, Done done) override {
        if (times_-- <= 0) return disk_.start(fd, offset, bytes, std::move(done));
        disk_.start(fd, offset, bytes.first(bytes.size() / 2), [](const Result<void>&) {});
        done(tl::unexpected<Error>(
            Error{ErrorKind::transient, uring::error_disk_full, "write: disk full", {}}));
    }
    [[nodiscard]] bool busy() const override { return false; }
    [[nodiscard]] Result<void> wait() override { return {}; }

private:
    uring::BlockingFileWriter disk_;
    int times_;
};

TEST_F(WriterReaderTest, WhatWasWrittenToAFullDiskIsWrittenAgain) {
    begin("binlog.000001");
    append_body("kept");
    ASSERT_TRUE(writer_->flush());
    const Position durable = writer_->end();
    const std::string lost = event_at(durable.offset, EventType::rows_query, "lost at first");
    FullDisk full(2);
    for (int i = 0; i < 2; ++i) {
        auto writer = Writer::open(*log_, full);
        ASSERT_TRUE(writer);
        writer_ = std::move(*writer);
        ASSERT_TRUE(writer_->append(base::as_bytes(lost)));
        const Result<void> flushed = writer_->flush();
        ASSERT_FALSE(flushed);
        EXPECT_EQ(flushed.error().code, error_relay_full);
        EXPECT_EQ(flushed.error().kind, ErrorKind::transient);
        EXPECT_EQ(log_->durable_end(), durable);
    }
    auto writer = Writer::open(*log_, full);
    ASSERT_TRUE(writer);
    writer_ = std::move(*writer);
    append(lost);
    ASSERT_TRUE(writer_->flush());
    EXPECT_EQ(folder_.read("binlog.000001"), expected_["binlog.000001"]);
    EXPECT_TRUE(read_segment("binlog.000001") == expected_["binlog.000001"]);
    EXPECT_EQ(log_->fed().from_disk.load(), 0U);
    writer_.reset();  // before its disk
}

TEST(FileWriterTest, AFullDiskIsToldFromOtherErrors) {
    const Result<File> full = File::open("/dev/full", O_WRONLY);
    ASSERT_TRUE(full);
    const std::string text = "does not fit";
    std::optional<Error> error;
    uring::BlockingFileWriter().start(full->fd(), 0, base::as_bytes(text),
                                      [&](const Result<void>& outcome) {
                                          if (!outcome) error = outcome.error();
                                      });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, uring::error_disk_full);
    const Result<void> written = full->write_at(0, text);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, error_relay_full);
}

// The writer's thread with its own ring, readers that follow, groups of random size.
TEST_F(WriterReaderTest, ReadersFollowTheWriterAcrossSegments) {
    writer_.reset();
    constexpr int segments = 20;
    constexpr int events = 300;
    std::thread writing([&] {
        const uring::Waker waker;
        const auto backend = uring::Backend::create(waker);
        auto writer = Writer::open(*log_, backend->file_writer());
        ASSERT_TRUE(writer);
        writer_ = std::move(*writer);
        std::mt19937 random(seed);
        for (int i = 1; i <= segments; ++i) {
            begin("binlog." + std::to_string(999'990 + i));
            for (int k = 0; k < events; ++k) {
                append_body(std::string(random() % 20'000, static_cast<char>('a' + k % 26)));
                if (random() % 4 == 0) {
                    ASSERT_TRUE(writer_->flush_soon());
                }
            }
        }
        ASSERT_TRUE(writer_->flush());
        writer_.reset();
    });
    std::vector<std::map<std::string, std::string>> seen(3);
    const auto follow = [&](std::map<std::string, std::string>& content) {
        Reader reader(*log_);
        ASSERT_TRUE(reader.open({"binlog.999991", 0}));
        for (int i = 0; i < segments * (events + 1); ++i) {
            const auto event = reader.next({});
            ASSERT_TRUE(event) << event.error().to_string();
            std::string& segment = content[std::string(event->file)];
            if (segment.empty()) {
                segment =
                    "\xFE"
                    "bin";
            }
            segment += base::as_text(event->bytes);
        }
    };
    std::vector<std::thread> reading;
    for (auto& content : seen) reading.emplace_back([&] { follow(content); });
    for (std::thread& thread : reading) thread.join();
    writing.join();
    for (const auto& content : seen) EXPECT_TRUE(content == expected_);
    EXPECT_GT(log_->fed().from_memory.load(), 0U);
}

}  // namespace
}  // namespace penstock::relay
