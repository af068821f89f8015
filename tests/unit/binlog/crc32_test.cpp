#include "binlog/crc32.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace penstock::binlog::test {
namespace {

constexpr std::uint32_t seed = 20261123;
constexpr std::size_t alignments = 16;

std::vector<std::uint8_t> random_bytes(std::mt19937& random, std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

TEST(Crc32, is_that_of_zlib) {
    EXPECT_EQ(crc32(base::as_bytes("123456789")), 0xCBF43926U);
    EXPECT_EQ(crc32(base::as_bytes("6789"), crc32(base::as_bytes("12345"))), 0xCBF43926U);
    EXPECT_EQ(crc32({}), 0U);
    EXPECT_EQ(crc32({}, 0xCBF43926U), 0xCBF43926U);
}

TEST(Crc32, is_the_same_folded_and_portable_for_all_lengths_and_alignments) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::vector<std::uint8_t> bytes = random_bytes(random, 4096 + alignments);
    for (std::size_t at = 0; at < alignments; ++at) {
        for (std::size_t size = 0; size <= 4096; ++size) {
            const base::Bytes view = base::Bytes(bytes).subspan(at, size);
            const auto before = static_cast<std::uint32_t>(random());
            ASSERT_EQ(crc32(view, before), crc32_portable(view, before)) << at << " " << size;
        }
    }
}

TEST(Crc32, reads_nothing_outside) {
    std::mt19937 random(seed);
    for (std::size_t size = 0; size <= 300; ++size) {
        const std::vector<std::uint8_t> bytes = random_bytes(random, size);
        ASSERT_EQ(crc32(bytes), crc32_portable(bytes)) << size;
    }
}

TEST(Crc32, adds_up_piece_by_piece) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 200; ++round) {
        const std::vector<std::uint8_t> bytes = random_bytes(random, random() % 100'000);
        base::Bytes rest(bytes);
        std::uint32_t sum = 0;
        while (!rest.empty()) {
            const std::size_t piece = std::min<std::size_t>(rest.size(), 1 + random() % 5000);
            sum = crc32(rest.first(piece), sum);
            rest = rest.subspan(piece);
        }
        ASSERT_EQ(sum, crc32_portable(bytes));
    }
}

}  // namespace
}  // namespace penstock::binlog::test
