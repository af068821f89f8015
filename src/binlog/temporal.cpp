#include "binlog/temporal.h"

#include <array>
#include <cstdlib>

namespace penstock::binlog {
namespace {

constexpr std::array<std::uint32_t, 7> power_of_ten{1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};
constexpr unsigned fraction_digits_max = 6;
constexpr unsigned fraction_bits = 24;
constexpr unsigned time_bits = 17;
constexpr unsigned months_per_year = 13;  // month 0 is one
constexpr std::size_t time_bytes = 3;
constexpr std::size_t datetime_bytes = 5;
constexpr std::size_t timestamp_bytes = 4;

std::uint64_t load_be(base::Bytes bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

// Of a fraction's stored bytes, which hold an even number of digits.
std::optional<std::uint32_t> microseconds(std::uint64_t stored, unsigned digits) {
    const unsigned stored_digits = (digits + 1) / 2 * 2;
    if (stored >= power_of_ten[stored_digits]) return std::nullopt;
    return static_cast<std::uint32_t>(stored) * power_of_ten[fraction_digits_max - stored_digits];
}

void set_time(Temporal& to, std::uint64_t packed) {
    to.hour = static_cast<std::uint16_t>(packed >> 12 & 0x3FF);
    to.minute = static_cast<std::uint8_t>(packed >> 6 & 0x3F);
    to.second = static_cast<std::uint8_t>(packed & 0x3F);
}

void set_date(Temporal& to, std::uint64_t packed) {
    to.day = static_cast<std::uint8_t>(packed & 0x1F);
    to.month = static_cast<std::uint8_t>((packed >> 5) % months_per_year);
    to.year = static_cast<std::uint16_t>((packed >> 5) / months_per_year);
}

// What a DATETIME without its fraction is in rows and in JSON.
Temporal unpack_datetime(std::uint64_t packed) {
    Temporal out;
    set_date(out, packed >> time_bits);
    set_time(out, packed & ((1U << time_bits) - 1));
    out.hour &= 0x1F;
    return out;
}

char* put_digits(char* to, std::uint32_t value, unsigned digits) {
    for (unsigned i = digits; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
    return to + digits;
}

char* put_number(char* to, std::uint32_t value, unsigned digits_min) {
    unsigned digits = digits_min;
    while (digits < fraction_digits_max && value >= power_of_ten[digits]) ++digits;
    return put_digits(to, value, digits);
}

char* put_date(char* to, const Temporal& value) {
    to = put_number(to, value.year, 4);
    *to++ = '-';
    to = put_digits(to, value.month, 2);
    *to++ = '-';
    return put_digits(to, value.day, 2);
}

char* put_time(char* to, const Temporal& value, unsigned digits) {
    to = put_number(to, value.hour, 2);
    *to++ = ':';
    to = put_digits(to, value.minute, 2);
    *to++ = ':';
    to = put_digits(to, value.second, 2);
    if (digits == 0) return to;
    *to++ = '.';
    return put_digits(to, value.microsecond / power_of_ten[fraction_digits_max - digits], digits);
}

constexpr std::size_t text_bytes_max = 40;
using Text = std::array<char, text_bytes_max>;

}  // namespace

Temporal read_date(base::Bytes value) {
    const std::uint64_t packed = base::load_le(value.data(), 3);
    Temporal out;
    out.day = static_cast<std::uint8_t>(packed & 0x1F);
    out.month = static_cast<std::uint8_t>(packed >> 5 & 0xF);
    out.year = static_cast<std::uint16_t>(packed >> 9);
    return out;
}

// The whole, fraction included, is one signed number with an offset that makes it positive.
std::optional<Temporal> read_time(base::Bytes value, unsigned digits) {
    const std::size_t fraction_bytes = value.size() - time_bytes;
    const std::int64_t offset = std::int64_t{0x800000} << (8 * fraction_bytes);
    const std::int64_t stored = static_cast<std::int64_t>(load_be(value)) - offset;
    const auto magnitude = static_cast<std::uint64_t>(std::abs(stored));
    const std::uint64_t fraction_mask = (std::uint64_t{1} << (8 * fraction_bytes)) - 1;
    const auto fraction = microseconds(magnitude & fraction_mask, digits);
    if (!fraction) return std::nullopt;
    Temporal out;
    out.negative = stored < 0;
    out.microsecond = *fraction;
    set_time(out, magnitude >> (8 * fraction_bytes));
    return out;
}

std::optional<Temporal> read_datetime(base::Bytes value, unsigned digits) {
    constexpr std::uint64_t offset = 0x8000000000;
    const std::uint64_t stored = load_be(value.first(datetime_bytes));
    const auto fraction = microseconds(load_be(value.subspan(datetime_bytes)), digits);
    if (stored < offset || !fraction) return std::nullopt;
    Temporal out = unpack_datetime(stored - offset);
    out.microsecond = *fraction;
    return out;
}

std::optional<Timestamp> read_timestamp(base::Bytes value, unsigned digits) {
    const auto fraction = microseconds(load_be(value.subspan(timestamp_bytes)), digits);
    if (!fraction) return std::nullopt;
    return Timestamp{static_cast<std::uint32_t>(load_be(value.first(timestamp_bytes))), *fraction};
}

Temporal read_old_time(base::Bytes value) {
    constexpr std::uint64_t sign_bit = 0x800000;
    constexpr std::uint64_t modulus = 0x1000000;
    const std::uint64_t stored = base::load_le(value.data(), time_bytes);
    Temporal out;
    out.negative = (stored & sign_bit) != 0;
    const std::uint64_t digits = out.negative ? modulus - stored : stored;
    out.second = static_cast<std::uint8_t>(digits % 100);
    out.minute = static_cast<std::uint8_t>(digits / 100 % 100);
    out.hour = static_cast<std::uint16_t>(digits / 10'000);
    return out;
}

std::optional<Temporal> read_old_datetime(base::Bytes value) {
    constexpr std::uint64_t digits_end = 100'000'000'000'000;  // YYYYMMDDhhmmss
    const std::uint64_t stored = base::load_le(value.data(), 8);
    if (stored >= digits_end) return std::nullopt;
    const auto date = static_cast<std::uint32_t>(stored / 1'000'000);
    const auto time = static_cast<std::uint32_t>(stored % 1'000'000);
    Temporal out;
    out.year = static_cast<std::uint16_t>(date / 10'000);
    out.month = static_cast<std::uint8_t>(date / 100 % 100);
    out.day = static_cast<std::uint8_t>(date % 100);
    out.hour = static_cast<std::uint16_t>(time / 10'000);
    out.minute = static_cast<std::uint8_t>(time / 100 % 100);
    out.second = static_cast<std::uint8_t>(time % 100);
    return out;
}

Timestamp read_old_timestamp(base::Bytes value) {
    return {static_cast<std::uint32_t>(base::load_le(value.data(), timestamp_bytes)), 0};
}

std::optional<Temporal> read_packed(ColumnType type, base::Bytes value) {
    if (value.size() != 8) return std::nullopt;
    const auto stored = static_cast<std::int64_t>(base::load_le(value.data(), value.size()));
    const bool is_time = type == ColumnType::time;
    if (stored < 0 && !is_time) return std::nullopt;
    const auto bits = static_cast<std::uint64_t>(stored);
    const std::uint64_t magnitude = stored < 0 ? ~bits + 1 : bits;
    const auto fraction =
        microseconds(magnitude & ((1U << fraction_bits) - 1), fraction_digits_max);
    if (!fraction) return std::nullopt;
    Temporal out;
    if (is_time) {
        set_time(out, magnitude >> fraction_bits);
        out.negative = stored < 0;
    } else {
        out = unpack_datetime(magnitude >> fraction_bits);
    }
    out.microsecond = *fraction;
    return out;
}

// Days to a civil date: eras of 400 years that begin in March, so that the leap day is the last.
Temporal utc(Timestamp timestamp) {
    if (timestamp.seconds == 0 && timestamp.microsecond == 0) return {};
    constexpr std::uint32_t days_from_march_0_to_1970 = 719'468;
    constexpr std::uint32_t days_per_era = 146'097;
    const std::uint32_t days = timestamp.seconds / 86'400 + days_from_march_0_to_1970;
    const std::uint32_t era = days / days_per_era;
    const std::uint32_t day_of_era = days % days_per_era;
    const std::uint32_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::uint32_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::uint32_t month_from_march = (5 * day_of_year + 2) / 153;
    const std::uint32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const std::uint32_t second_of_day = timestamp.seconds % 86'400;
    Temporal out;
    out.year = static_cast<std::uint16_t>(era * 400 + year_of_era + (month <= 2 ? 1 : 0));
    out.month = static_cast<std::uint8_t>(month);
    out.day = static_cast<std::uint8_t>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    out.hour = static_cast<std::uint16_t>(second_of_day / 3'600);
    out.minute = static_cast<std::uint8_t>(second_of_day / 60 % 60);
    out.second = static_cast<std::uint8_t>(second_of_day % 60);
    out.microsecond = timestamp.microsecond;
    return out;
}

void append_date(std::string& out, const Temporal& value) {
    Text text;
    out.append(text.data(), put_date(text.data(), value));
}

void append_time(std::string& out, const Temporal& value, unsigned digits) {
    Text text;
    if (value.negative) out += '-';
    out.append(text.data(), put_time(text.data(), value, digits));
}

void append_datetime(std::string& out, const Temporal& value, unsigned digits) {
    Text text;
    char* const time_at = put_date(text.data(), value);
    *time_at = ' ';
    out.append(text.data(), put_time(time_at + 1, value, digits));
}

}  // namespace penstock::binlog
