// Method: V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
// Instruction" (Intel, 2009), bit-reflected. A message is a polynomial over GF(2) whose remainder
// modulo P is wanted. 128 bits that stand n bits before the message's end may be replaced by their
// product with x^n mod P, which is short: so the message is folded, four blocks side by side, into
// its last block, and Barrett's method reduces that one.
//
// The paper pads at the end. Here the first block gets zeros in front, which don't change a
// remainder, so that all blocks after it are whole and the message ends with one.
#include "binlog/crc32.h"

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace penstock::binlog {

std::uint32_t crc32_portable(base::Bytes bytes, std::uint32_t seed) {
    if (bytes.empty()) return seed;  // zlib takes no bytes at no address as "begin"
    return static_cast<std::uint32_t>(::crc32_z(seed, bytes.data(), bytes.size()));
}

#if defined(__x86_64__)

namespace {

constexpr std::uint64_t polynomial = 0x104C11DB7;  // P, of degree 32

// Of 33 bits, as all constants here: bit-reflected numbers of 32 bits come one place to the left.
constexpr std::uint64_t reflected(std::uint64_t value) {
    std::uint64_t out = 0;
    for (unsigned i = 0; i <= 32; ++i) out |= (value >> i & 1) << (32 - i);
    return out;
}

// x^power mod P.
constexpr std::int64_t power_of_x(unsigned power) {
    std::uint64_t remainder = 1;
    for (unsigned i = 0; i < power; ++i) {
        remainder <<= 1;
        if ((remainder >> 32) != 0) remainder ^= polynomial;
    }
    return static_cast<std::int64_t>(reflected(remainder));
}

// The quotient x^64 / P.
constexpr std::int64_t barrett_quotient() {
    std::uint64_t remainder = 1;
    std::uint64_t quotient = 0;
    for (unsigned i = 0; i < 64; ++i) {
        remainder <<= 1;
        quotient <<= 1;
        if ((remainder >> 32) != 0) {
            remainder ^= polynomial;
            quotient |= 1;
        }
    }
    return static_cast<std::int64_t>(reflected(quotient));
}

// To fold a block by n bits, its halves (64 bits, and 33 of the constant, make 96) are multiplied
// by x^(n + 32) and x^(n - 32). The values are those that the paper prints.
constexpr std::int64_t fold_512_low = power_of_x(512 + 32);
constexpr std::int64_t fold_512_high = power_of_x(512 - 32);
constexpr std::int64_t fold_128_low = power_of_x(128 + 32);
constexpr std::int64_t fold_128_high = power_of_x(128 - 32);
constexpr std::int64_t fold_64 = power_of_x(64);
constexpr std::int64_t modulus = static_cast<std::int64_t>(reflected(polynomial));
static_assert(fold_512_low == 0x154442BD4 && fold_512_high == 0x1C6E41596);
static_assert(fold_128_low == 0x1751997D0 && fold_128_high == 0x0CCAA009E);
static_assert(fold_64 == 0x163CD6124 && modulus == 0x1DB710641);
static_assert(barrett_quotient() == 0x1F7011641);

constexpr std::size_t block_bytes = 16;

#define PENSTOCK_CLMUL __attribute__((target("pclmul,sse4.1")))

PENSTOCK_CLMUL inline __m128i load(const std::uint8_t* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

PENSTOCK_CLMUL inline __m128i fold(__m128i block, __m128i constants, __m128i next) {
    const __m128i low = _mm_clmulepi64_si128(block, constants, 0x00);
    const __m128i high = _mm_clmulepi64_si128(block, constants, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

// Shuffles for _mm_shuffle_epi8: read from 16 - n they move bytes up by n places, from 16 + n
// down, with zeros behind them.
alignas(block_bytes) constexpr std::uint8_t shifts[3 * block_bytes] = {
    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
    0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14,   15,
    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80};

// The last block's remainder: 128 bits to 96, to 64, and by Barrett to 32.
PENSTOCK_CLMUL std::uint32_t reduce(__m128i block) {
    const __m128i low_half = _mm_setr_epi32(-1, 0, -1, 0);
    const __m128i fold_high = _mm_set_epi64x(0, fold_128_high);
    block = _mm_xor_si128(_mm_clmulepi64_si128(block, fold_high, 0x00), _mm_srli_si128(block, 8));
    const __m128i rest = _mm_srli_si128(block, 4);
    block = _mm_clmulepi64_si128(_mm_and_si128(block, low_half), _mm_set_epi64x(0, fold_64), 0x00);
    block = _mm_xor_si128(block, rest);
    const __m128i barrett = _mm_set_epi64x(barrett_quotient(), modulus);
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(block, low_half), barrett, 0x10);
    quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_half), barrett, 0x00);
    return static_cast<std::uint32_t>(_mm_extract_epi32(_mm_xor_si128(block, quotient), 1));
}

// At least one block.
PENSTOCK_CLMUL std::uint32_t crc32_folded(base::Bytes bytes, std::uint32_t seed) {
    const __m128i by_128 = _mm_set_epi64x(fold_128_high, fold_128_low);
    const std::uint8_t* from = bytes.data();
    const std::uint8_t* const end = from + bytes.size();
    // The seed is added to the first 4 bytes, which may be in two blocks.
    const std::size_t first_bytes = (bytes.size() - 1) % block_bytes + 1;
    const __m128i start = _mm_cvtsi32_si128(static_cast<int>(~seed));
    const __m128i up = load(shifts + first_bytes);
    const __m128i down = load(shifts + block_bytes + first_bytes);
    __m128i block = _mm_shuffle_epi8(_mm_xor_si128(load(from), start), up);
    from += first_bytes;
    if (from == end) return ~reduce(block);
    block = fold(block, by_128, _mm_xor_si128(load(from), _mm_shuffle_epi8(start, down)));
    from += block_bytes;

    if (end - from >= static_cast<std::ptrdiff_t>(7 * block_bytes)) {
        const __m128i by_512 = _mm_set_epi64x(fold_512_high, fold_512_low);
        __m128i second = load(from);
        __m128i third = load(from + block_bytes);
        __m128i fourth = load(from + 2 * block_bytes);
        from += 3 * block_bytes;
        for (; end - from >= static_cast<std::ptrdiff_t>(4 * block_bytes);
             from += 4 * block_bytes) {
            block = fold(block, by_512, load(from));
            second = fold(second, by_512, load(from + block_bytes));
            third = fold(third, by_512, load(from + 2 * block_bytes));
            fourth = fold(fourth, by_512, load(from + 3 * block_bytes));
        }
        block = fold(fold(fold(block, by_128, second), by_128, third), by_128, fourth);
    }
    for (; from != end; from += block_bytes) block = fold(block, by_128, load(from));
    return ~reduce(block);
}

#undef PENSTOCK_CLMUL

}  // namespace

std::uint32_t crc32(base::Bytes bytes, std::uint32_t seed) {
    if (bytes.size() >= block_bytes && __builtin_cpu_supports("pclmul") &&
        __builtin_cpu_supports("sse4.1")) {
        return crc32_folded(bytes, seed);
    }
    return crc32_portable(bytes, seed);
}

#else

std::uint32_t crc32(base::Bytes bytes, std::uint32_t seed) {
    return crc32_portable(bytes, seed);
}

#endif

}  // namespace penstock::binlog
