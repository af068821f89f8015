#include "relay/position.h"

#include "base/text.h"

namespace penstock::relay {
namespace {

constexpr std::size_t number_digits_max = 18;  // fits 64 bits

}  // namespace

std::optional<std::uint64_t> file_number(std::string_view file) {
    const std::size_t dot = file.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return std::nullopt;
    const std::string_view digits = file.substr(dot + 1);
    if (digits.empty() || digits.size() > number_digits_max) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : digits) {
        if (!base::is_digit(c)) return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

std::string_view file_base(std::string_view file) {
    return file.substr(0, file.rfind('.'));
}

std::string Position::to_string() const {
    return file + ":" + std::to_string(offset);
}

std::strong_ordering operator<=>(const Position& a, const Position& b) {
    // A name without a number, such as the empty one, comes before all others.
    if (const auto order = file_number(a.file) <=> file_number(b.file); order != 0) return order;
    if (const auto order = a.file <=> b.file; order != 0) return order;
    return a.offset <=> b.offset;
}

}  // namespace penstock::relay
