#include "binlog/decimal.h"

#include <array>
#include <charconv>

namespace penstock::binlog {
namespace {

constexpr unsigned digits_per_group = 9;
constexpr std::size_t group_bytes = 4;
constexpr std::array<std::uint8_t, 10> bytes_of_digits{0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
constexpr std::array<std::uint32_t, 10> power_of_ten{
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
// Sign, digits and the point.
constexpr std::size_t text_bytes_max = decimal_digits_max + 3;

// Writes the digits of one number behind each other.
class Digits {
public:
    Digits(base::Bytes packed, char* to) : at_(packed.data()), start_(packed.data()), to_(to) {
        inverted_ = (packed[0] & 0x80) == 0 ? 0xFF : 0;
    }

    [[nodiscard]] bool negative() const { return inverted_ != 0; }
    [[nodiscard]] char* end() const { return to_; }

    // False: more than that many digits.
    [[nodiscard]] bool group(unsigned digits) {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < bytes_of_digits[digits]; ++i) value = value << 8 | byte();
        if (value >= power_of_ten[digits]) return false;
        for (unsigned i = digits; i-- > 0; value /= 10) {
            to_[i] = static_cast<char>('0' + value % 10);
        }
        to_ += digits;
        return true;
    }

private:
    [[nodiscard]] std::uint8_t byte() {
        const unsigned sign_bit = at_ == start_ ? 0x80 : 0;
        return static_cast<std::uint8_t>(*at_++ ^ sign_bit ^ inverted_);
    }

    const std::uint8_t* at_;
    const std::uint8_t* start_;
    char* to_;
    unsigned inverted_;
};

void append_group(std::string& out, std::string_view digits) {
    if (digits.empty()) return;
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    for (unsigned i = bytes_of_digits[digits.size()]; i-- > 0;) {
        out += static_cast<char>(value >> (8 * i));
    }
}

}  // namespace

std::size_t packed_decimal_bytes(DecimalShape shape) {
    const unsigned whole = unsigned{shape.precision} - shape.scale;
    return whole / digits_per_group * group_bytes + bytes_of_digits[whole % digits_per_group] +
           shape.scale / digits_per_group * group_bytes +
           bytes_of_digits[shape.scale % digits_per_group];
}

bool append_decimal(std::string& out, base::Bytes packed, DecimalShape shape) {
    if (!shape.is_sound() || packed.size() != packed_decimal_bytes(shape)) return false;
    std::array<char, text_bytes_max> text;
    Digits digits(packed, text.data());
    const unsigned whole = unsigned{shape.precision} - shape.scale;
    bool sound = digits.group(whole % digits_per_group);
    for (unsigned i = 0; i < whole / digits_per_group; ++i) {
        sound = sound && digits.group(digits_per_group);
    }
    if (!sound) return false;
    const char* const point = digits.end();
    for (unsigned i = 0; i < shape.scale / digits_per_group; ++i) {
        sound = sound && digits.group(digits_per_group);
    }
    sound = sound && digits.group(shape.scale % digits_per_group);
    if (!sound) return false;

    const char* first = text.data();
    while (first < point && *first == '0') ++first;
    if (digits.negative()) out += '-';
    if (first == point) out += '0';
    out.append(first, point);
    if (shape.scale == 0) return true;
    out += '.';
    out.append(point, static_cast<const char*>(digits.end()));
    return true;
}

void append_packed_decimal(std::string& out, std::string_view whole, std::string_view fraction,
                           bool negative) {
    const std::size_t start = out.size();
    const std::size_t odd = whole.size() % digits_per_group;
    append_group(out, whole.substr(0, odd));
    for (std::size_t at = odd; at < whole.size(); at += digits_per_group) {
        append_group(out, whole.substr(at, digits_per_group));
    }
    for (std::size_t at = 0; at < fraction.size(); at += digits_per_group) {
        append_group(out, fraction.substr(at, digits_per_group));
    }
    for (std::size_t i = start; negative && i < out.size(); ++i) {
        out[i] = static_cast<char>(~out[i]);
    }
    out[start] = static_cast<char>(out[start] ^ 0x80);
}

}  // namespace penstock::binlog
