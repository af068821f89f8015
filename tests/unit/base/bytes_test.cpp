#include "base/bytes.h"

#include <gtest/gtest.h>
#include <random>

namespace penstock::base {
namespace {

TEST(ByteReader, AReadPastTheEndYieldsZeroAndStaysFailed) {
    const std::uint8_t bytes[] = {1, 2, 3};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.u16(), 0x0201);
    EXPECT_EQ(reader.u32(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.u8(), 0);
    EXPECT_EQ(reader.remaining(), 0U);
}

TEST(ByteReader, ALengthOfAlmostAllThatExistsDoesNotOverflow) {
    const std::uint8_t bytes[] = {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    ByteReader reader(bytes);
    EXPECT_TRUE(reader.view(reader.length_encoded()).empty());
    EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, ReadsBackWhatByteWriterWrote) {
    std::mt19937_64 random(20240501);
    for (int round = 0; round < 2000; ++round) {
        const std::uint64_t value = random() >> (random() % 64);
        std::string buffer;
        ByteWriter(buffer).length_encoded(value).le(value, 8).text("end");
        ByteReader reader(as_bytes(buffer));
        EXPECT_EQ(reader.length_encoded(), value);
        EXPECT_EQ(reader.u64(), value);
        EXPECT_EQ(reader.text(3), "end");
        EXPECT_TRUE(reader.ok());
        EXPECT_EQ(reader.remaining(), 0U);
    }
}

}  // namespace
}  // namespace penstock::base
