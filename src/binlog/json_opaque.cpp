#include "binlog/json_opaque.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/text.h"
#include "binlog/decimal.h"
#include "binlog/errors.h"

namespace penstock::binlog {
namespace {

tl::unexpected<Error> unreadable(std::string_view what, std::string_view text) {
    return fail(ErrorKind::corrupt, error_json_text,
                fmt::format("\"{}\" in a JSON document is no {}", text, what));
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), base::is_digit);
}

constexpr std::size_t fraction_digits = 6;   // always all of them
constexpr std::size_t field_digits_max = 4;  // a year

// "2020-02-29 12:13:14.500000": the numbers between the marks, which must be exactly these.
Result<std::vector<std::uint64_t>> split_numbers(std::string_view text, std::string_view marks,
                                                 std::string_view what) {
    std::vector<std::uint64_t> numbers;
    std::string_view rest = text;
    for (std::size_t i = 0; i <= marks.size(); ++i) {
        const std::size_t end = i < marks.size() ? rest.find(marks[i]) : rest.size();
        if (end == std::string_view::npos) return unreadable(what, text);
        std::uint64_t number = 0;
        const auto parsed = std::from_chars(rest.data(), rest.data() + end, number);
        const bool fraction = i > 0 && marks[i - 1] == '.';
        if (parsed.ec != std::errc() || parsed.ptr != rest.data() + end ||
            (fraction ? end != fraction_digits : end > field_digits_max)) {
            return unreadable(what, text);
        }
        numbers.push_back(number);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return numbers;
}

std::uint64_t pack_date(std::uint64_t year, std::uint64_t month, std::uint64_t day) {
    constexpr std::uint64_t months_per_year = 13;  // month 0 is one
    return (year * months_per_year + month) << 5U | day;
}

std::uint64_t pack_time(std::uint64_t hours, std::uint64_t minutes, std::uint64_t seconds) {
    return hours << 12U | minutes << 6U | seconds;
}

std::string little_endian(std::uint64_t value) {
    std::string bytes;
    base::ByteWriter(bytes).le(value, 8);
    return bytes;
}

constexpr std::string_view bytes_head = "base64:type";
constexpr unsigned no_base64_digit = 64;

unsigned base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : no_base64_digit;
}

// The server breaks long base64 into lines.
std::optional<std::string> decode_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned bit_count = 0;
    std::size_t digits = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '\n') continue;
        ++digits;
        if (c == '=') {
            ++padding;
            continue;
        }
        const unsigned digit = base64_digit(c);
        if (digit == no_base64_digit || padding > 0) return std::nullopt;
        bits = bits << 6U | digit;
        bit_count += 6;
        if (bit_count < 8) continue;
        bit_count -= 8;
        bytes += static_cast<char>(bits >> bit_count);
    }
    if (digits % 4 != 0 || padding > 2) return std::nullopt;
    return bytes;
}

}  // namespace

Result<std::string> json_decimal(std::string_view text) {
    std::string_view digits = text;
    const bool negative = !digits.empty() && digits.front() == '-';
    if (negative) digits.remove_prefix(1);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    std::string_view whole = digits.substr(0, point);
    const std::string_view fraction = digits.substr(std::min(point + 1, digits.size()));
    if (!all_digits(whole) || !all_digits(fraction) || whole.empty()) {
        return unreadable("DECIMAL", text);
    }
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    if (whole.empty() && fraction.empty()) whole = "0";
    const std::size_t precision = whole.size() + fraction.size();
    if (precision > decimal_digits_max) return unreadable("DECIMAL", text);
    std::string bytes{static_cast<char>(precision), static_cast<char>(fraction.size())};
    append_packed_decimal(bytes, whole, fraction, negative);
    return bytes;
}

Result<std::string> json_temporal(ColumnType type, std::string_view text) {
    constexpr unsigned fraction_bits = 24;
    constexpr unsigned time_bits = 17;
    if (type == ColumnType::date) {
        PENSTOCK_ASSIGN(const auto date, split_numbers(text, "--", "DATE"));
        return little_endian(pack_date(date[0], date[1], date[2]) << time_bits << fraction_bits);
    }
    if (type == ColumnType::time) {
        const bool negative = !text.empty() && text.front() == '-';
        PENSTOCK_ASSIGN(const auto time,
                        split_numbers(text.substr(negative ? 1 : 0), "::.", "TIME"));
        const std::uint64_t packed =
            (pack_time(time[0], time[1], time[2]) << fraction_bits) + time[3];
        return little_endian(negative ? ~packed + 1 : packed);
    }
    PENSTOCK_ASSIGN(const auto moment, split_numbers(text, "-- ::.", "DATETIME"));
    const std::uint64_t seconds = pack_date(moment[0], moment[1], moment[2]) << time_bits |
                                  pack_time(moment[3], moment[4], moment[5]);
    return little_endian((seconds << fraction_bits) + moment[6]);
}

Result<OpaqueBytes> json_bytes(std::string_view text) {
    const std::size_t colon = text.find(':', bytes_head.size());
    if (text.starts_with(bytes_head) && colon != std::string_view::npos) {
        std::uint8_t type = 0;
        const char* const colon_at = text.data() + colon;
        const auto parsed = std::from_chars(text.data() + bytes_head.size(), colon_at, type);
        std::optional<std::string> bytes = decode_base64(text.substr(colon + 1));
        if (parsed.ec == std::errc() && parsed.ptr == colon_at && bytes) {
            return OpaqueBytes{static_cast<ColumnType>(type), std::move(*bytes)};
        }
    }
    return unreadable("opaque value", text);
}

}  // namespace penstock::binlog
