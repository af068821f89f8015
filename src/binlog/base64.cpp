#include "binlog/base64.h"

#include <array>
#include <cstdint>

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

}  // namespace

void append_base64(std::string& out, base::Bytes bytes) {
    std::size_t at = out.size();
    out.resize(at + base64_bytes(bytes.size()));
    const std::uint8_t* from = bytes.data();
    const std::size_t whole = bytes.size() / 3;
    for (std::size_t i = 0; i < whole; ++i, from += 3, at += 4) {
        encode_triple(out.data() + at, unsigned{from[0]} << 16 | unsigned{from[1]} << 8 | from[2]);
    }
    const std::size_t rest = bytes.size() % 3;
    if (rest == 0) return;
    const unsigned second = rest == 2 ? from[1] : 0U;
    encode_triple(out.data() + at, unsigned{from[0]} << 16 | second << 8);
    out[at + 3] = '=';
    if (rest == 1) out[at + 2] = '=';
}

}  // namespace penstock::binlog
