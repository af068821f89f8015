// Streams of random events, sent as a source sends them, received in pieces of any size, against
// what the file must be: packets are cut, verified and appended to a relay log on disk.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "../relay/events.h"
#include "../relay/folder.h"
#include "capture/packet_cutter.h"
#include "capture/stream_state.h"
#include "relay/reader.h"
#include "relay/writer.h"
#include "uring/backend.h"

namespace penstock::capture {
namespace {

using binlog::EventType;
using testing_events::Folder;

constexpr std::size_t flush_bytes = 1 << 20;
constexpr std::size_t packet_bytes_max = 0xFFFFFF;
const std::string file = "binlog.000001";
const std::string magic(binlog::binlog_magic.begin(), binlog::binlog_magic.end());

std::uint32_t chosen_seed() {
    const char* given = std::getenv("PENSTOCK_TEST_SEED");
    return given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                            : std::random_device{}();
}

// The packets of a source, and the file that they make.
class Stream {
public:
    Stream() {
        send(testing_events::announcement(file, relay::first_event_offset));
        add(testing_events::format_event());
    }
    void add(const std::string& event) {
        send(event);
        content_ += event;
    }
    void add_body(const std::string& body) {
        add(testing_events::event_at(content_.size(), EventType::rows_query, body));
    }
    void heartbeat() {
        send(testing_events::make_event(EventType::heartbeat, file, content_.size()));
    }
    [[nodiscard]] const std::string& packets() const { return packets_; }
    [[nodiscard]] const std::string& content() const { return content_; }

private:
    void send(const std::string& event) {
        const std::string payload = std::string(1, '\0') + event;
        std::size_t at = 0;
        std::size_t size = packet_bytes_max;
        while (size == packet_bytes_max) {
            size = std::min(payload.size() - at, packet_bytes_max);
            base::ByteWriter(packets_)
                .le(size, 3)
                .le(sequence_++, 1)
                .text(std::string_view(payload).substr(at, size));
            at += size;
        }
    }
    std::string packets_;
    std::string content_ = magic;
    std::uint8_t sequence_ = 1;
};

class CutStreamTest : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        seed_ = chosen_seed();
        random_.seed(seed_);
        if (std::string_view(GetParam()) == "io_uring") {
            auto backend = uring::Backend::create_io_uring(waker_);
            if (!backend) GTEST_SKIP() << backend.error().to_string();
            backend_ = std::move(*backend);
        } else {
            backend_ = uring::Backend::create_poll(waker_, "asked for by the test");
        }
    }
    [[nodiscard]] std::string trace() const {
        return "PENSTOCK_TEST_SEED=" + std::to_string(seed_);
    }
    std::size_t up_to(std::size_t most) { return random_() % (most + 1); }

    Result<void> append(Part part, StreamState& state, relay::Writer& writer) {
        if (part.first) part.bytes = part.bytes.subspan(1);  // the status
        PENSTOCK_ASSIGN(const StreamStep step, state.take(part));
        if (step.action == StreamAction::next_file) {
            return writer.start_segment(std::string(step.file));
        }
        if (step.action == StreamAction::ignore) return {};
        return writer.append(step.part.bytes, step.part.last);
    }
    // Feeds the packets in pieces of up to `piece_max` bytes.
    Result<void> receive(std::string_view packets, std::size_t piece_max, relay::Writer& writer) {
        PacketCutter cutter;
        StreamState state({}, std::nullopt);
        while (!packets.empty()) {
            const std::string piece(packets.substr(0, 1 + up_to(piece_max - 1)));
            packets.remove_prefix(piece.size());
            cutter.feed(base::as_bytes(piece));
            while (true) {
                PENSTOCK_ASSIGN(const std::optional<Part> part, cutter.next());
                if (!part) break;
                PENSTOCK_TRY(append(*part, state, writer));
            }
            // Each costs an fdatasync, whose time is not ours to say.
            if (up_to(flush_bytes / piece_max) == 0) PENSTOCK_TRY(writer.flush_soon());
        }
        return writer.flush();
    }
    // Sends the stream and compares the relay log with the file.
    void expect_captured(const Stream& stream, std::size_t piece_max) {
        const Folder folder;
        auto log = relay::RelayLog::open(folder.options());
        ASSERT_TRUE(log);
        auto writer = relay::Writer::open(**log, backend_->file_writer());
        ASSERT_TRUE(writer);
        const auto received = receive(stream.packets(), piece_max, **writer);
        ASSERT_TRUE(received) << received.error().to_string();
        EXPECT_TRUE(folder.read(file) == stream.content());
        EXPECT_EQ((*log)->durable_end(), (relay::Position{file, stream.content().size()}));
        EXPECT_TRUE(as_read(**log) == stream.content());
    }
    std::string as_read(const relay::RelayLog& log) {
        relay::Reader reader(log);
        EXPECT_TRUE(reader.open({file, 0}));
        std::string content = magic;
        while (true) {
            const auto event = reader.try_next();
            EXPECT_TRUE(event) << event.error().to_string();
            if (!event || !*event) return content;
            content += base::as_text((*event)->bytes);
        }
    }

    const uring::Waker waker_;
    std::unique_ptr<uring::Backend> backend_;
    std::uint32_t seed_ = 0;
    std::mt19937 random_;
};

TEST_P(CutStreamTest, SmallEventsMayBeCutAnywhere) {
    SCOPED_TRACE(trace());
    Stream stream;
    for (int i = 0; i < 3000; ++i) {
        stream.add_body(std::string(up_to(300), static_cast<char>('a' + i % 26)));
        if (up_to(50) == 0) stream.heartbeat();
    }
    for (const std::size_t piece_max : {1U, 7U, 64U, 1000U, 128U * 1024}) {
        SCOPED_TRACE(piece_max);
        expect_captured(stream, piece_max);
    }
}

// Small groups go through the page cache, large ones past it, in turn and at any offset.
TEST_P(CutStreamTest, EventsOfAllSizesMakeTheSameFile) {
    SCOPED_TRACE(trace());
    for (int round = 0; round < 4; ++round) {
        Stream stream;
        while (stream.content().size() < 24U << 20) {
            const std::size_t most = std::size_t{1} << up_to(21);
            stream.add_body(std::string(up_to(most), static_cast<char>('a' + random_() % 26)));
        }
        expect_captured(stream, std::size_t{1} << (8 + up_to(12)));
    }
}

TEST_P(CutStreamTest, EventsOfSeveralPacketsAreOne) {
    SCOPED_TRACE(trace());
    const std::size_t around = packet_bytes_max - 1 - binlog::event_header_bytes -
                               binlog::checksum_bytes;  // a payload of exactly one full packet
    for (const std::size_t size : {around - 1, around, around + 1, around + packet_bytes_max,
                                   around + packet_bytes_max + 17}) {
        SCOPED_TRACE(size);
        Stream stream;
        stream.add_body("before");
        std::string body(size, '\0');
        for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 7 >> 3);
        stream.add_body(body);
        stream.add_body("after");
        expect_captured(stream, 1 + up_to(256 * 1024));
    }
}

TEST_P(CutStreamTest, NothingOfADamagedEventIsPublished) {
    SCOPED_TRACE(trace());
    Stream stream;
    stream.add_body(std::string(100'000, 'g'));
    const std::size_t sound = stream.content().size();
    const std::size_t sound_packets = stream.packets().size();
    stream.add_body(std::string(3'000'000, 'd'));
    std::string packets = stream.packets();
    constexpr std::size_t heads = 5 + binlog::event_header_bytes;
    const std::size_t at = sound_packets + heads + up_to(2'999'999);
    packets[at] = static_cast<char>(packets[at] ^ 1);
    const Folder folder;
    auto log = relay::RelayLog::open(folder.options());
    ASSERT_TRUE(log);
    {
        auto writer = relay::Writer::open(**log, backend_->file_writer());
        ASSERT_TRUE(writer);
        const auto received = receive(packets, 128 * 1024, **writer);
        ASSERT_FALSE(received);
        EXPECT_EQ(received.error().kind, ErrorKind::corrupt);
        ASSERT_TRUE((*writer)->flush());
        EXPECT_EQ((*log)->durable_end(), (relay::Position{file, sound}));
    }
    // The next writer cuts off what there is of it, and goes on in the same block.
    auto writer = relay::Writer::open(**log, backend_->file_writer());
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(base::as_bytes(stream.content()).subspan(sound)));
    ASSERT_TRUE((*writer)->flush());
    EXPECT_TRUE(folder.read(file) == stream.content());
    EXPECT_TRUE(as_read(**log) == stream.content());
}

INSTANTIATE_TEST_SUITE_P(Backends, CutStreamTest, testing::Values("io_uring", "poll"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace penstock::capture
