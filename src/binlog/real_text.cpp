#include "binlog/real_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace penstock::binlog {
namespace {

constexpr int float_digits = 6;    // FLT_DIG
constexpr int point_at_max = 15;   // MAX_DECPT_FOR_F_FORMAT
constexpr int point_at_min = -14;  // as many zeros behind "0."
constexpr std::size_t scientific_bytes_max = 32;

// |value| = 0.digits * 10^point_at; no zeros at the end of the digits.
struct Scientific {
    std::array<char, scientific_bytes_max> buffer;
    std::size_t digit_count = 0;
    int point_at = 0;

    [[nodiscard]] std::string_view digits() const { return {buffer.data(), digit_count}; }
};

// Of "d.ddde-xx".
void take_apart(Scientific& number, const char* end) {
    char* const begin = number.buffer.data();
    const char* const e = std::find(static_cast<const char*>(begin), end, 'e');
    int exponent = 0;
    const char* const exponent_at = e[1] == '+' ? e + 2 : e + 1;
    std::from_chars(exponent_at, end, exponent);
    number.point_at = exponent + 1;
    number.digit_count = 1;
    for (const char* c = begin + 2; c < e; ++c) number.buffer[number.digit_count++] = *c;
    while (number.digit_count > 1 && number.buffer[number.digit_count - 1] == '0') {
        --number.digit_count;
    }
}

void append_zeros(std::string& out, int count) {
    out.append(static_cast<std::size_t>(count), '0');
}

void append_plain(std::string& out, std::string_view digits, int point_at) {
    const int count = static_cast<int>(digits.size());
    if (point_at <= 0) {
        out += "0.";
        append_zeros(out, -point_at);
        out += digits;
    } else if (point_at >= count) {
        out += digits;
        append_zeros(out, point_at - count);
    } else {
        out += digits.substr(0, static_cast<std::size_t>(point_at));
        out += '.';
        out += digits.substr(static_cast<std::size_t>(point_at));
    }
}

void append_with_exponent(std::string& out, std::string_view digits, int point_at) {
    out += digits.front();
    if (digits.size() > 1) {
        out += '.';
        out += digits.substr(1);
    }
    out += 'e';
    std::array<char, 8> exponent;
    const auto written =
        std::to_chars(exponent.data(), exponent.data() + exponent.size(), point_at - 1);
    out.append(exponent.data(), written.ptr);
}

void append_number(std::string& out, bool negative, const Scientific& number) {
    if (negative) out += '-';
    const bool plain =
        number.point_at >= point_at_min &&
        (number.point_at <= point_at_max || static_cast<int>(number.digit_count) > number.point_at);
    if (plain) {
        append_plain(out, number.digits(), number.point_at);
    } else {
        append_with_exponent(out, number.digits(), number.point_at);
    }
}

}  // namespace

void append_double(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += '0';
        return;
    }
    Scientific number;
    const auto written =
        std::to_chars(number.buffer.data(), number.buffer.data() + number.buffer.size(),
                      std::fabs(value), std::chars_format::scientific);
    take_apart(number, written.ptr);
    append_number(out, std::signbit(value), number);
}

void append_float(std::string& out, float value) {
    if (!std::isfinite(value)) {
        out += '0';
        return;
    }
    Scientific number;
    const auto written =
        std::to_chars(number.buffer.data(), number.buffer.data() + number.buffer.size(),
                      std::fabs(double{value}), std::chars_format::scientific, float_digits - 1);
    take_apart(number, written.ptr);
    append_number(out, std::signbit(value), number);
}

}  // namespace penstock::binlog
