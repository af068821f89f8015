#include "binlog/payload.h"

#include <gtest/gtest.h>

#include <zstd.h>

#include "binlog/errors.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

std::string compress(const std::string& plain) {
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
    return out;
}

std::string payload_event(const std::string& payload, std::size_t plain_bytes,
                          PayloadCompression compression = PayloadCompression::zstd) {
    std::string type;
    base::ByteWriter(type).length_encoded(static_cast<std::uint8_t>(compression));
    std::string expanded, size, body;
    base::ByteWriter(expanded).length_encoded(plain_bytes);
    base::ByteWriter(size).length_encoded(payload.size());
    base::ByteWriter writer(body);
    writer.le(2, 1).length_encoded(type.size()).text(type);
    writer.le(3, 1).length_encoded(expanded.size()).text(expanded);
    writer.le(1, 1).length_encoded(size.size()).text(size);
    writer.le(0, 1).text(payload);
    return event_bytes(EventType::transaction_payload, body);
}

std::string many_events(std::size_t count) {
    std::string plain;
    for (std::size_t i = 0; i < count; ++i) {
        plain += event_bytes(EventType::rows_query, std::string(i % 3000, 'x'));
    }
    return plain;
}

// How many events come out, or the error.
Result<std::size_t> count_events(const std::string& event,
                                 std::uint64_t limit = payload_bytes_max) {
    PENSTOCK_ASSIGN(const TransactionPayload payload, parse_transaction_payload(view_of(event)));
    PayloadReader reader(payload, limit);
    std::size_t count = 0;
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> inner, reader.next());
        if (!inner) return count;
        EXPECT_EQ(inner->body.size(), count % 3000);
        ++count;
    }
}

TEST(Payload, yields_all_its_events) {
    const std::string plain = many_events(5000);
    EXPECT_EQ(count_events(payload_event(compress(plain), plain.size())).value(), 5000U);
    EXPECT_EQ(count_events(payload_event(plain, plain.size(), PayloadCompression::none)).value(),
              5000U);
    EXPECT_EQ(count_events(payload_event(compress(""), 0)).value(), 0U);
}

TEST(Payload, may_be_several_frames) {
    const std::string plain = many_events(400);
    const std::string frames = compress(plain.substr(0, 777)) + compress(plain.substr(777, 9)) +
                               compress(plain.substr(786));
    EXPECT_EQ(count_events(payload_event(frames, plain.size())).value(), 400U);
}

TEST(Payload, with_an_event_larger_than_the_window_is_read) {
    std::string plain = event_bytes(EventType::rows_query, std::string(3'000'000, 'y'));
    const std::string event = payload_event(compress(plain), plain.size());
    PayloadReader reader(parse_transaction_payload(view_of(event)).value());
    EXPECT_EQ(reader.next().value()->body.size(), 3'000'000U);
    EXPECT_FALSE(reader.next().value());
}

TEST(Payload, that_expands_beyond_its_limit_is_refused) {
    const std::string plain = many_events(3000);
    const auto count = count_events(payload_event(compress(plain), plain.size()), 1'000'000);
    ASSERT_FALSE(count);
    EXPECT_EQ(count.error().code, error_limit);
}

TEST(Payload, that_is_damaged_is_refused) {
    const std::string plain = many_events(50);
    const std::string packed = compress(plain);
    EXPECT_FALSE(count_events(payload_event(packed.substr(0, packed.size() - 3), plain.size())));
    EXPECT_FALSE(count_events(payload_event("noise" + packed, plain.size())));
    EXPECT_FALSE(
        count_events(payload_event(compress(plain.substr(0, plain.size() - 1)), plain.size() - 1)));
    EXPECT_FALSE(count_events(payload_event(packed, plain.size() + 1)));
    EXPECT_FALSE(count_events(payload_event(packed, plain.size(), PayloadCompression{7})));
    EXPECT_FALSE(parse_transaction_payload(
        view_of(event_bytes(EventType::transaction_payload, from_hex("0201"
                                                                     "00"
                                                                     "00")))));
}

}  // namespace
}  // namespace penstock::binlog::test
