#include "binlog/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace penstock::binlog {

namespace {

constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

using Pair = std::array<char, 2>;

// Two characters for every 12 bits: half the look-ups of one for every 6.
constexpr std::array<Pair, 4096> make_pairs() {
    std::array<Pair, 4096> pairs{};
    for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {alphabet[i >> 6], alphabet[i & 63]};
    return pairs;
}
constexpr std::array<Pair, 4096> pairs = make_pairs();

void encode_triple(char* to, unsigned bits) {
    std::memcpy(to, pairs[bits >> 12].data(), 2);
    std::memcpy(to + 2, pairs[bits & 0xFFF].data(), 2);
}

// Writes base64_bytes(bytes.size()) characters.
void encode_portable(char* to, base::Bytes bytes) {
    const std::uint8_t* from = bytes.data();
    const std::size_t whole = bytes.size() / 3;
    for (std::size_t i = 0; i < whole; ++i, from += 3, to += 4) {
        encode_triple(to, unsigned{from[0]} << 16 | unsigned{from[1]} << 8 | from[2]);
    }
    const std::size_t rest = bytes.size() % 3;
    if (rest == 0) return;
    const unsigned second = rest == 2 ? from[1] : 0U;
    encode_triple(to, unsigned{from[0]} << 16 | second << 8);
    to[3] = '=';
    if (rest == 1) to[2] = '=';
}

#if defined(__x86_64__)

// Two groups of 12 bytes, 16 characters each. Method: W. Mula and D. Lemire, "Faster Base64
// Encoding and Decoding Using AVX2 Instructions" (ACM Transactions on the Web 12/3, 2018).
__attribute__((target("avx2"))) inline __m256i encode_24(const std::uint8_t* from) {
    const auto group = [](const std::uint8_t* at) __attribute__((target("avx2"))) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    };
    // Each three bytes a, b, c become b, a, c, b: a 32 bit number with its four 6 bit digits where
    // two multiplications bring them to their bytes.
    const __m256i order = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    const __m256i spread =
        _mm256_shuffle_epi8(_mm256_set_m128i(group(from + 12), group(from)), order);
    const __m256i even = _mm256_mulhi_epu16(_mm256_and_si256(spread, _mm256_set1_epi32(0x0FC0FC00)),
                                            _mm256_set1_epi32(0x04000040));
    const __m256i odd = _mm256_mullo_epi16(_mm256_and_si256(spread, _mm256_set1_epi32(0x003F03F0)),
                                           _mm256_set1_epi32(0x01000010));
    const __m256i digits = _mm256_or_si256(even, odd);
    // The alphabet is five runs; each digit is moved by the offset of its run, of which these are
    // the numbers: 0 for A-Z, 1 for a-z, 2 to 11 for 0-9, 12 for +, 13 for /.
    const __m256i runs = _mm256_sub_epi8(_mm256_subs_epu8(digits, _mm256_set1_epi8(51)),
                                         _mm256_cmpgt_epi8(digits, _mm256_set1_epi8(25)));
    const __m256i offsets = _mm256_broadcastsi128_si256(
        _mm_setr_epi8('A', 'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                      '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 0, 0));
    return _mm256_add_epi8(digits, _mm256_shuffle_epi8(offsets, runs));
}

// Returns how many bytes it encoded: a multiple of 24.
__attribute__((target("avx2"))) std::size_t encode_avx2(char* to, base::Bytes bytes) {
    constexpr std::size_t read_bytes = 28;  // of which 24 are encoded
    std::size_t at = 0;
    for (; bytes.size() - at >= read_bytes; at += 24, to += 32) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), encode_24(bytes.data() + at));
    }
    return at;
}

#endif

void encode(char* to, base::Bytes bytes) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        const std::size_t encoded = encode_avx2(to, bytes);
        to += encoded / 3 * 4;
        bytes = bytes.subspan(encoded);
    }
#endif
    encode_portable(to, bytes);
}

}  // namespace

void append_base64(std::string& out, base::Bytes bytes) {
    // A string can only grow by writing zeros: in pieces, they are still in the cache when they
    // are overwritten.
    constexpr std::size_t piece_bytes = 6 * 1024;
    static_assert(piece_bytes % 3 == 0);
    std::size_t at = out.size();
    out.reserve(at + base64_bytes(bytes.size()));
    while (!bytes.empty()) {
        const base::Bytes piece = bytes.first(std::min(bytes.size(), piece_bytes));
        out.resize(at + base64_bytes(piece.size()));
        encode(out.data() + at, piece);
        at = out.size();
        bytes = bytes.subspan(piece.size());
    }
}

void append_base64_portable(std::string& out, base::Bytes bytes) {
    const std::size_t at = out.size();
    out.resize(at + base64_bytes(bytes.size()));
    encode_portable(out.data() + at, bytes);
}

}  // namespace penstock::binlog
