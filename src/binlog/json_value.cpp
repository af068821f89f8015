#include "binlog/json_value.h"

#include <fmt/format.h>
#include <bit>
#include <limits>

#include "base/bytes.h"
#include "binlog/errors.h"
#include "binlog/json_format.h"

namespace penstock::binlog {
namespace {

constexpr std::size_t name_bytes_max = std::numeric_limits<std::uint16_t>::max();

void write_little_endian(std::string& out, std::size_t at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out[at + i] = static_cast<char>(value >> (8 * i));
}

// Seven bits a byte, lowest first; the highest bit says that another byte follows.
void append_length(std::string& out, std::uint64_t length) {
    while (length >= 0x80) {
        out += static_cast<char>((length & 0x7F) | 0x80);
        length >>= 7;
    }
    out += static_cast<char>(length);
}

// A value that is a number in a few bytes: a literal or an integer.
struct Scalar {
    JsonTag tag = JsonTag::literal;
    std::uint8_t bytes = 0;
    std::uint64_t value = 0;
};

template <class Narrow>
bool fits(std::int64_t value) {
    return value >= std::numeric_limits<Narrow>::min() &&
           value <= std::numeric_limits<Narrow>::max();
}

Scalar integer_scalar(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    if (fits<std::int16_t>(value)) return {JsonTag::int16, 2, bits};
    if (fits<std::int32_t>(value)) return {JsonTag::int32, 4, bits};
    return {JsonTag::int64, 8, bits};
}

Scalar unsigned_scalar(std::uint64_t value) {
    if (value <= std::numeric_limits<std::uint16_t>::max()) return {JsonTag::uint16, 2, value};
    if (value <= std::numeric_limits<std::uint32_t>::max()) return {JsonTag::uint32, 4, value};
    return {JsonTag::uint64, 8, value};
}

// bytes 0: the value is no such scalar.
Scalar scalar_of(const JsonValue& value) {
    switch (value.type) {
        case JsonType::null:
            return {JsonTag::literal, 1, json_literal_null};
        case JsonType::boolean:
            return {JsonTag::literal, 1, value.boolean ? json_literal_true : json_literal_false};
        case JsonType::integer:
            return integer_scalar(value.integer);
        case JsonType::unsigned_integer:
            return unsigned_scalar(value.unsigned_integer);
        case JsonType::real:
            return {JsonTag::real, 8, std::bit_cast<std::uint64_t>(value.real)};
        default:
            return {};
    }
}

// The number fits into the offsets of such a container.
bool holds(JsonContainerFormat format, std::size_t number) {
    return number <= (format.large ? std::numeric_limits<std::uint32_t>::max()
                                   : std::numeric_limits<std::uint16_t>::max());
}

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    // The tag at `tag_at`, the value at the end. False: it does not fit the small format of the
    // container around it.
    [[nodiscard]] Result<bool> append(const JsonValue& value, std::size_t tag_at, bool inside_small,
                                      unsigned depth) {
        const Scalar scalar = scalar_of(value);
        if (scalar.bytes > 0) {
            out_[tag_at] = static_cast<char>(scalar.tag);
            base::ByteWriter(out_).le(scalar.value, scalar.bytes);
            return true;
        }
        if (value.type == JsonType::array || value.type == JsonType::object) {
            return append_container(value, tag_at, inside_small, depth);
        }
        const bool opaque = value.type == JsonType::opaque;
        out_[tag_at] = static_cast<char>(opaque ? JsonTag::opaque : JsonTag::string);
        if (opaque) out_ += static_cast<char>(value.opaque_type);
        append_length(out_, value.bytes.size());
        out_ += value.bytes;
        return true;
    }

private:
    [[nodiscard]] Result<bool> append_container(const JsonValue& value, std::size_t tag_at,
                                                bool inside_small, unsigned depth) {
        if (depth >= json_depth_max) {
            return fail(ErrorKind::refused, error_limit,
                        fmt::format("a JSON document is nested deeper than {}", json_depth_max));
        }
        const bool object = value.type == JsonType::object;
        const std::size_t start = out_.size();
        out_[tag_at] = static_cast<char>(object ? JsonTag::small_object : JsonTag::small_array);
        PENSTOCK_ASSIGN(const bool small,
                        append_members(value, JsonContainerFormat{false}, depth + 1));
        if (small) return true;
        out_.resize(start);
        if (inside_small) return false;  // then it has to become large first
        out_[tag_at] = static_cast<char>(object ? JsonTag::large_object : JsonTag::large_array);
        PENSTOCK_ASSIGN(const bool large,
                        append_members(value, JsonContainerFormat{true}, depth + 1));
        if (large) return true;
        return fail(ErrorKind::refused, error_limit, "a JSON document is larger than 4 GiB");
    }

    // Count, size, then for objects where each name is and its length, then where each value is,
    // then names, then values.
    [[nodiscard]] Result<bool> append_members(const JsonValue& container,
                                              JsonContainerFormat format, unsigned depth) {
        const std::size_t start = out_.size();
        const bool object = container.type == JsonType::object;
        const std::size_t count = object ? container.members.size() : container.elements.size();
        if (!holds(format, count)) return false;
        base::ByteWriter(out_).le(count, format.offset_bytes());
        const std::size_t size_at = out_.size();
        base::ByteWriter(out_).le(0, format.offset_bytes());
        const std::size_t names_at = out_.size();
        if (object) out_.append(count * format.name_entry_bytes(), '\0');
        const std::size_t values_at = out_.size();
        out_.append(count * format.value_entry_bytes(), '\0');
        if (object) {
            PENSTOCK_ASSIGN(const bool fit, append_names(container, format, start, names_at));
            if (!fit) return false;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const JsonValue& value = object ? container.members[i].value : container.elements[i];
            const std::size_t entry_at = values_at + i * format.value_entry_bytes();
            PENSTOCK_ASSIGN(const bool fit, append_entry(value, format, start, entry_at, depth));
            if (!fit) return false;
        }
        const std::size_t size = out_.size() - start;
        if (!holds(format, size)) return false;
        write_little_endian(out_, size_at, size, format.offset_bytes());
        return true;
    }

    [[nodiscard]] Result<bool> append_names(const JsonValue& object, JsonContainerFormat format,
                                            std::size_t start, std::size_t entry_at) {
        for (const JsonMember& member : object.members) {
            if (member.name.size() > name_bytes_max) {
                return fail(ErrorKind::refused, error_limit,
                            fmt::format("a name in a JSON document has {} bytes, more than {}",
                                        member.name.size(), name_bytes_max));
            }
            const std::size_t offset = out_.size() - start;
            if (!holds(format, offset)) return false;
            write_little_endian(out_, entry_at, offset, format.offset_bytes());
            write_little_endian(out_, entry_at + format.offset_bytes(), member.name.size(), 2);
            entry_at += format.name_entry_bytes();
            out_ += member.name;
        }
        return true;
    }

    // Literals and integers that fit stand in the entry itself, in the place of the offset.
    [[nodiscard]] Result<bool> append_entry(const JsonValue& value, JsonContainerFormat format,
                                            std::size_t start, std::size_t entry_at,
                                            unsigned depth) {
        const Scalar scalar = scalar_of(value);
        if (scalar.bytes > 0 && scalar.bytes <= format.offset_bytes()) {
            out_[entry_at] = static_cast<char>(scalar.tag);
            write_little_endian(out_, entry_at + 1, scalar.value, format.offset_bytes());
            return true;
        }
        const std::size_t offset = out_.size() - start;
        if (!holds(format, offset)) return false;
        write_little_endian(out_, entry_at + 1, offset, format.offset_bytes());
        return append(value, entry_at, !format.large, depth);
    }

    std::string& out_;
};

}  // namespace

bool before(const JsonMember& a, const JsonMember& b) {
    if (a.name.size() != b.name.size()) return a.name.size() < b.name.size();
    return a.name < b.name;
}

Result<void> append_json_binary(std::string& out, const JsonValue& value) {
    const std::size_t tag_at = out.size();
    out += '\0';
    PENSTOCK_ASSIGN([[maybe_unused]] const bool fits_always,
                    Writer(out).append(value, tag_at, false, 0));
    return {};
}

}  // namespace penstock::binlog
