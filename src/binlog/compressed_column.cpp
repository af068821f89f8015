#include "binlog/compressed_column.h"

#include <fmt/core.h>
#include <zlib.h>

#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog {
namespace {

constexpr std::uint8_t stored_plain = 0;
constexpr std::uint8_t zlib_method = 0x80;
constexpr std::uint8_t method_mask = 0xF0;
constexpr std::uint8_t raw_deflate_bit = 0x08;
constexpr std::uint8_t length_bytes_mask = 0x07;
// Deflate's greatest ratio is 1032 to 1.
constexpr std::uint64_t deflate_ratio_max = 1040;

tl::unexpected<Error> cannot_expand(std::string_view reason) {
    return fail(ErrorKind::corrupt, error_compressed_column,
                fmt::format("compressed column: {}", reason));
}

// False: the bytes are no stream of exactly that length.
bool inflate_all(base::Bytes from, bool raw, std::uint8_t* to, std::size_t bytes) {
    z_stream stream{};
    if (inflateInit2(&stream, raw ? -MAX_WBITS : MAX_WBITS) != Z_OK) return false;
    stream.next_in = const_cast<Bytef*>(from.data());
    stream.avail_in = static_cast<uInt>(from.size());
    stream.next_out = to;
    stream.avail_out = static_cast<uInt>(bytes);
    const int end = inflate(&stream, Z_FINISH);
    const bool whole = end == Z_STREAM_END && stream.avail_out == 0;
    return inflateEnd(&stream) == Z_OK && whole;
}

}  // namespace

Result<void> append_expanded(std::string& out, base::Bytes stored) {
    if (stored.empty()) return {};
    base::ByteReader reader(stored);
    const std::uint8_t head = reader.u8();
    if (head == stored_plain) {
        out += base::as_text(reader.rest());
        return {};
    }
    if ((head & method_mask) != zlib_method) {
        return cannot_expand(fmt::format("unknown method {}", head));
    }
    std::uint64_t bytes = 0;
    for (unsigned i = 0; i < (head & length_bytes_mask); ++i) bytes = bytes << 8 | reader.u8();
    if (!reader.ok()) return cannot_expand("truncated");
    const base::Bytes compressed = reader.rest();
    if (bytes > event_bytes_max || bytes > compressed.size() * deflate_ratio_max) {
        return cannot_expand(fmt::format("claims to be of {} bytes", bytes));
    }
    const std::size_t start = out.size();
    out.resize(start + static_cast<std::size_t>(bytes));
    auto* const to = reinterpret_cast<std::uint8_t*>(out.data() + start);
    if (!inflate_all(compressed, (head & raw_deflate_bit) != 0, to,
                     static_cast<std::size_t>(bytes))) {
        out.resize(start);
        return cannot_expand("damaged");
    }
    return {};
}

}  // namespace penstock::binlog
