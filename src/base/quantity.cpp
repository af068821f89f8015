#include "base/quantity.h"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/errors.h"

namespace penstock::base {
namespace {

using Unit = std::pair<std::string_view, std::uint64_t>;
constexpr std::array<Unit, 7> size_units{{{"B", 1},
                                          {"kB", 1000},
                                          {"MB", 1000'000},
                                          {"GB", 1000'000'000},
                                          {"KiB", 1024},
                                          {"MiB", 1024 * 1024},
                                          {"GiB", 1024 * 1024 * 1024}}};
constexpr std::array<Unit, 5> duration_units{
    {{"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

template <std::size_t N>
Result<std::uint64_t> parse(std::string_view text, const std::array<Unit, N>& units,
                            std::string_view example) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorKind::refused, error_bad_quantity, fmt::format("\"{}\" {}", text, why),
                    fmt::format("write a whole number and a unit, such as \"{}\"", example));
    };
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) return refuse("is too large");
    if (error != std::errc{}) return refuse("is not a number with a unit");
    std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    if (rest.empty()) return refuse("has no unit");
    for (const auto& [name, factor] : units) {
        if (rest != name) continue;
        if (number > std::numeric_limits<std::int64_t>::max() / factor) {
            return refuse("is too large");
        }
        return number * factor;
    }
    return refuse(fmt::format("has the unknown unit \"{}\"", rest));
}

}  // namespace

Result<std::uint64_t> parse_size_bytes(std::string_view text) {
    return parse(text, size_units, "64MiB");
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    PENSTOCK_ASSIGN(const std::uint64_t milliseconds, parse(text, duration_units, "30s"));
    return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

std::string format_size(double bytes) {
    constexpr std::array<std::string_view, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t step = 0;
    while (bytes >= 1024 && step + 1 < names.size()) {
        bytes /= 1024;
        ++step;
    }
    if (step == 0) return fmt::format("{:.0f} B", bytes);
    return fmt::format("{:.1f} {}", bytes, names[step]);
}

std::string format_count(double count) {
    if (count < 10'000) return fmt::format("{:.0f}", count);
    if (count < 10'000'000) return fmt::format("{:.1f}k", count / 1000);
    return fmt::format("{:.1f}M", count / 1'000'000);
}

std::string format_duration(std::chrono::seconds duration) {
    const auto total = duration.count();
    if (total < 60) return fmt::format("{}s", total);
    if (total < 3600) return fmt::format("{}m {:02}s", total / 60, total % 60);
    return fmt::format("{}h {:02}m", total / 3600, total % 3600 / 60);
}

}  // namespace penstock::base
