#include "capture/packet_cutter.h"

#include <gtest/gtest.h>

#include <vector>

#include "capture/errors.h"

namespace penstock::capture {
namespace {

std::string packet(std::uint8_t sequence, std::string_view payload) {
    std::string bytes;
    base::ByteWriter(bytes).le(payload.size(), 3).le(sequence, 1).text(payload);
    return bytes;
}

// All payloads of a stream fed in pieces that end at `cuts`.
std::vector<std::string> cut(std::string_view stream, const std::vector<std::size_t>& cuts) {
    PacketCutter cutter;
    std::vector<std::string> payloads;
    bool complete = true;
    std::size_t begin = 0;
    for (const std::size_t end : cuts) {
        cutter.feed(base::as_bytes(stream.substr(begin, end - begin)));
        begin = end;
        while (true) {
            const auto part = cutter.next();
            EXPECT_TRUE(part);
            if (!part || !*part) break;
            EXPECT_EQ((*part)->first, complete);
            if ((*part)->first) payloads.emplace_back();
            payloads.back() += base::as_text((*part)->bytes);
            complete = (*part)->last;
            EXPECT_TRUE(!(*part)->first || complete ||
                        (*part)->bytes.size() >= first_part_bytes_min);
        }
    }
    EXPECT_TRUE(complete);
    return payloads;
}

const std::vector<std::string> three{"first", "", "the third payload, longer than a first part"};
const std::string stream_of_three = packet(1, three[0]) + packet(2, three[1]) + packet(3, three[2]);

TEST(PacketCutterTest, AStreamMayBeSplitAtEveryByteBoundary) {
    for (std::size_t at = 0; at <= stream_of_three.size(); ++at) {
        EXPECT_EQ(cut(stream_of_three, {at, stream_of_three.size()}), three) << at;
    }
}

TEST(PacketCutterTest, AStreamMayComeByteByByte) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = 1; at <= stream_of_three.size(); ++at) cuts.push_back(at);
    EXPECT_EQ(cut(stream_of_three, cuts), three);
}

TEST(PacketCutterTest, AWholePacketIsReturnedInPlace) {
    PacketCutter cutter;
    cutter.feed(base::as_bytes(stream_of_three));
    const auto payload = cutter.next();
    ASSERT_TRUE(payload && *payload);
    EXPECT_TRUE((*payload)->is_whole());
    EXPECT_EQ(static_cast<const void*>((*payload)->bytes.data()),
              static_cast<const void*>(stream_of_three.data() + 4));
}

TEST(PacketCutterTest, PartsOfALargePayloadAreReturnedInPlace) {
    const std::string stream = packet(1, std::string(1000, 'x'));
    PacketCutter cutter;
    for (const std::size_t begin : {std::size_t{0}, std::size_t{300}}) {
        cutter.feed(base::as_bytes(std::string_view(stream).substr(begin, 300)));
        const auto part = cutter.next();
        ASSERT_TRUE(part && *part);
        const std::size_t skipped = begin == 0 ? 4 : begin;
        EXPECT_EQ(static_cast<const void*>((*part)->bytes.data()),
                  static_cast<const void*>(stream.data() + skipped));
        ASSERT_TRUE(cutter.next());
    }
}

TEST(PacketCutterTest, PacketsOf16MiBBelongTogether) {
    constexpr std::size_t full = 0xFFFFFF;
    for (const std::size_t size : {full - 1, full, full + 1, 2 * full, 2 * full + 5}) {
        std::string payload(size, '\0');
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7 >> 3);
        std::string stream;
        std::uint8_t sequence = 1;
        std::string_view rest = payload;
        for (bool more = true; more; ++sequence) {
            more = rest.size() >= full;
            stream += packet(sequence, rest.substr(0, full));
            rest.remove_prefix(std::min(rest.size(), full));
        }
        stream += packet(sequence, "after");
        for (const std::size_t at : {std::size_t{2}, full / 2, full + 3, full + 4, full + 6}) {
            const std::size_t first = std::min(at, stream.size());
            const auto payloads = cut(stream, {first, stream.size()});
            ASSERT_EQ(payloads.size(), 2U) << size << " " << at;
            EXPECT_TRUE(payloads[0] == payload) << size << " " << at;
            EXPECT_EQ(payloads[1], "after");
        }
    }
}

TEST(PacketCutterTest, SequenceNumbersWrapAt256) {
    std::string stream;
    for (int i = 1; i <= 600; ++i) stream += packet(static_cast<std::uint8_t>(i), "x");
    EXPECT_EQ(cut(stream, {stream.size()}).size(), 600U);
}

TEST(PacketCutterTest, APacketOutOfSequenceIsAnError) {
    PacketCutter cutter;
    const std::string stream = packet(1, "a") + packet(3, "b");
    cutter.feed(base::as_bytes(stream));
    ASSERT_TRUE(cutter.next());
    const auto payload = cutter.next();
    ASSERT_FALSE(payload);
    EXPECT_EQ(payload.error().code, error_bad_packet);
}

}  // namespace
}  // namespace penstock::capture
