#include "binlog/base64.h"

#include <gtest/gtest.h>

#include <random>

#include "support.h"

namespace penstock::binlog::test {
namespace {

TEST(Base64, is_that_of_the_rfc) {
    const std::vector<std::pair<std::string, std::string>> examples{{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : examples) {
        std::string out = "x";
        append_base64(out, base::as_bytes(plain));
        EXPECT_EQ(out, "x" + encoded);
    }
}

TEST(Base64, reads_back_for_all_bytes) {
    constexpr std::uint32_t seed = 99;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (std::size_t size = 0; size < 600; ++size) {
        std::string plain(size, '\0');
        for (char& c : plain) c = static_cast<char>(random());
        std::string out;
        append_base64(out, base::as_bytes(plain));
        EXPECT_EQ(out.size(), base64_bytes(size));
        EXPECT_EQ(from_base64(out), plain);
    }
}

TEST(Base64, is_the_same_with_and_without_vectors) {
    constexpr std::uint32_t seed = 20261123;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::string plain(40'000, '\0');
    for (char& c : plain) c = static_cast<char>(random());
    for (std::size_t size = 0; size < 20'000; size += size < 400 ? 1 : 1 + random() % 200) {
        // A copy of exactly this size, so that a sanitizer sees a read behind it.
        const std::string copy = plain.substr(random() % 20'000, size);
        std::string fast = "front", portable = "front";
        append_base64(fast, base::as_bytes(copy));
        append_base64_portable(portable, base::as_bytes(copy));
        ASSERT_EQ(fast, portable) << size;
    }
}

TEST(Base64, maps_every_digit) {
    // 64 digits in order are 48 bytes: all of the alphabet in vectors, whatever the lane.
    std::string plain;
    std::uint32_t bits = 0;
    for (unsigned digit = 0; digit < 64; ++digit) {
        bits = bits << 6 | digit;
        if (digit % 4 != 3) continue;
        for (const unsigned shift : {16U, 8U, 0U}) {
            plain.push_back(static_cast<char>(bits >> shift & 0xFF));
        }
    }
    std::string out;
    append_base64(out, base::as_bytes(plain + plain));
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    EXPECT_EQ(out, alphabet + alphabet);
}

}  // namespace
}  // namespace penstock::binlog::test
