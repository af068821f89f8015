// Bytes: a borrowed view, bounds-checked little-endian reading, and little-endian appending.
//
// Pure, any thread. A ByteReader never reads outside its view: a read that would is answered with
// zero or an empty view and makes ok() false for good, so a parser may read a whole structure and
// check once. The view is borrowed: what it returns lives as long as the bytes given to it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace penstock::base {

using Bytes = std::span<const std::uint8_t>;

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Reads a number, least significant byte first, wherever it stands.
template <class Number>
[[nodiscard]] inline Number load_le(const std::uint8_t* from) {
    static_assert(std::endian::native == std::endian::little);
    Number value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

// Reads `width` (1 to 8) bytes, least significant first; the caller has checked the bounds.
[[nodiscard]] inline std::uint64_t load_le(const std::uint8_t* from, std::size_t width) {
    // Most widths are known where this is called: then it is one load, or two.
    switch (width) {
        case 1:
            return from[0];
        case 2:
            return load_le<std::uint16_t>(from);
        case 3:
            return load_le<std::uint16_t>(from) | std::uint64_t{from[2]} << 16;
        case 4:
            return load_le<std::uint32_t>(from);
        case 6:
            return load_le<std::uint32_t>(from) | std::uint64_t{load_le<std::uint16_t>(from + 4)}
                                                      << 32;
        case 8:
            return load_le<std::uint64_t>(from);
        default:
            std::uint64_t value = 0;
            for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{from[i]} << (8 * i);
            return value;
    }
}

inline void store_le(std::uint8_t* to, std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

class ByteReader {
public:
    explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint64_t le(std::size_t width) {
        if (!take(width)) return 0;
        return load_le(bytes_.data() + position_ - width, width);
    }
    [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(le(1)); }
    [[nodiscard]] std::uint16_t u16() { return static_cast<std::uint16_t>(le(2)); }
    [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(le(4)); }
    [[nodiscard]] std::uint64_t u64() { return le(8); }

    // The length-encoded integer of the MySQL protocol. 0xFB (NULL) and 0xFF are not numbers.
    [[nodiscard]] std::uint64_t length_encoded() {
        const std::uint8_t first = u8();
        switch (first) {
            case 0xFC:
                return le(2);
            case 0xFD:
                return le(3);
            case 0xFE:
                return le(8);
            case 0xFB:
            case 0xFF:
                ok_ = false;
                return 0;
            default:
                return first;
        }
    }

    [[nodiscard]] Bytes view(std::uint64_t count) {
        if (!take(count)) return {};
        return bytes_.subspan(position_ - static_cast<std::size_t>(count),
                              static_cast<std::size_t>(count));
    }
    [[nodiscard]] std::string_view text(std::uint64_t count) { return as_text(view(count)); }
    void skip(std::uint64_t count) { static_cast<void>(take(count)); }
    [[nodiscard]] Bytes rest() { return view(remaining()); }

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] std::size_t remaining() const { return ok_ ? bytes_.size() - position_ : 0; }

private:
    [[nodiscard]] bool take(std::uint64_t count) {
        if (!ok_ || count > bytes_.size() - position_) {
            ok_ = false;
            return false;
        }
        position_ += static_cast<std::size_t>(count);
        return true;
    }

    Bytes bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

// Appends to a string used as a byte buffer.
class ByteWriter {
public:
    explicit ByteWriter(std::string& out) : out_(out) {}

    ByteWriter& le(std::uint64_t value, std::size_t width) {
        for (std::size_t i = 0; i < width; ++i) {
            out_.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
        }
        return *this;
    }
    ByteWriter& length_encoded(std::uint64_t value) {
        if (value < 0xFB) return le(value, 1);
        if (value <= 0xFFFF) return le(0xFC, 1).le(value, 2);
        if (value <= 0xFFFFFF) return le(0xFD, 1).le(value, 3);
        return le(0xFE, 1).le(value, 8);
    }
    ByteWriter& text(std::string_view value) {
        out_.append(value);
        return *this;
    }
    ByteWriter& bytes(Bytes value) { return text(as_text(value)); }

private:
    std::string& out_;
};

}  // namespace penstock::base
