#include "binlog/tagged_message.h"

#include <bit>

namespace penstock::binlog {

std::uint64_t read_varlen(base::ByteReader& reader) {
    const std::uint8_t first = reader.u8();
    const auto bytes = static_cast<unsigned>(std::countr_one(first)) + 1;
    if (bytes == 1) return first >> 1;
    const std::uint64_t rest = reader.le(bytes - 1);
    if (bytes == 9) return rest;
    const std::uint64_t low = first >> bytes;
    return low | (rest << (8 - bytes));
}

std::int64_t read_varlen_signed(base::ByteReader& reader) {
    const std::uint64_t value = read_varlen(reader);
    const std::uint64_t sign = (value & 1) != 0 ? ~std::uint64_t{0} : 0;
    return static_cast<std::int64_t>((value >> 1) ^ sign);
}

std::string_view read_varlen_text(base::ByteReader& reader) {
    return reader.text(read_varlen(reader));
}

void append_varlen(std::string& out, std::uint64_t value) {
    base::ByteWriter writer(out);
    const auto bits = static_cast<unsigned>(std::bit_width(value));
    const unsigned bytes = bits == 0 ? 1 : bits > 56 ? 9 : (bits + 6) / 7;
    if (bytes == 9) {
        writer.le(0xFF, 1).le(value, 8);
        return;
    }
    const std::uint64_t ones = (std::uint64_t{1} << (bytes - 1)) - 1;
    writer.le(ones | (value << bytes), bytes);
}

}  // namespace penstock::binlog
