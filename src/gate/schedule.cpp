#include "gate/schedule.h"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <chrono>
#include <vector>

#include "base/text.h"

namespace penstock::gate {
namespace {

constexpr std::int64_t day_seconds = 86'400;

struct FieldShape {
    std::string_view name;
    std::array<std::int64_t, 4> units;  // of the parts, in order; 0: no such part
    bool months;
};

// DAY_HOUR '2 3' is two days and three hours; parts left out are the leading ones.
constexpr std::array field_shapes{
    FieldShape{"YEAR", {12, 0, 0, 0}, true},
    FieldShape{"QUARTER", {3, 0, 0, 0}, true},
    FieldShape{"MONTH", {1, 0, 0, 0}, true},
    FieldShape{"YEAR_MONTH", {12, 1, 0, 0}, true},
    FieldShape{"WEEK", {7 * day_seconds, 0, 0, 0}, false},
    FieldShape{"DAY", {day_seconds, 0, 0, 0}, false},
    FieldShape{"HOUR", {3600, 0, 0, 0}, false},
    FieldShape{"MINUTE", {60, 0, 0, 0}, false},
    FieldShape{"SECOND", {1, 0, 0, 0}, false},
    FieldShape{"DAY_HOUR", {day_seconds, 3600, 0, 0}, false},
    FieldShape{"DAY_MINUTE", {day_seconds, 3600, 60, 0}, false},
    FieldShape{"DAY_SECOND", {day_seconds, 3600, 60, 1}, false},
    FieldShape{"HOUR_MINUTE", {3600, 60, 0, 0}, false},
    FieldShape{"HOUR_SECOND", {3600, 60, 1, 0}, false},
    FieldShape{"MINUTE_SECOND", {60, 1, 0, 0}, false},
};

// The runs of digits in a text.
std::vector<std::int64_t> numbers_in(std::string_view text) {
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        if (!base::is_digit(*at)) {
            ++at;
            continue;
        }
        std::int64_t number = 0;
        const auto read = std::from_chars(at, end, number);
        if (read.ec != std::errc{}) return {};
        numbers.push_back(number);
        at = read.ptr;
    }
    return numbers;
}

std::int64_t days_since_epoch(std::chrono::year_month_day date) {
    return std::chrono::sys_days(date).time_since_epoch().count();
}

// The calendar's sum: the 31st plus a month is the last day of that month.
LocalTime add_months(LocalTime time, std::int64_t months) {
    using namespace std::chrono;
    std::int64_t day_number = time.seconds / day_seconds;
    std::int64_t second_of_day = time.seconds % day_seconds;
    if (second_of_day < 0) {
        second_of_day += day_seconds;
        --day_number;
    }
    const year_month_day date{sys_days{days{static_cast<int>(day_number)}}};
    year_month_day moved = date + std::chrono::months{static_cast<int>(months)};
    if (!moved.ok()) moved = moved.year() / moved.month() / last;
    return {days_since_epoch(moved) * day_seconds + second_of_day};
}

}  // namespace

std::optional<LocalTime> parse_local_time(std::string_view text) {
    const std::vector<std::int64_t> parts = numbers_in(text.substr(0, text.find('.')));
    if (parts.size() != 6 || parts[0] > 9999) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(parts[0])},
                                           std::chrono::month{static_cast<unsigned>(parts[1])},
                                           std::chrono::day{static_cast<unsigned>(parts[2])}};
    if (!date.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return std::nullopt;
    return LocalTime{days_since_epoch(date) * day_seconds + parts[3] * 3600 + parts[4] * 60 +
                     parts[5]};
}

std::string to_string(LocalTime time) {
    std::int64_t day_number = time.seconds / day_seconds;
    std::int64_t second = time.seconds % day_seconds;
    if (second < 0) {
        second += day_seconds;
        --day_number;
    }
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(day_number)}}};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       second / 3600, second / 60 % 60, second % 60);
}

std::optional<Interval> parse_interval(std::string_view value, std::string_view field) {
    constexpr std::int64_t part_max = 1'000'000'000;  // keeps every sum far inside 64 bits
    for (const FieldShape& shape : field_shapes) {
        if (shape.name != field) continue;
        const std::vector<std::int64_t> parts = numbers_in(value);
        std::size_t count = 0;
        while (count < shape.units.size() && shape.units[count] != 0) ++count;
        if (parts.empty() || parts.size() > count) return std::nullopt;
        std::int64_t total = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (parts[i] > part_max) return std::nullopt;
            total += parts[i] * shape.units[count - parts.size() + i];
        }
        if (total <= 0) return std::nullopt;
        return shape.months ? Interval{total, 0} : Interval{0, total};
    }
    return std::nullopt;
}

LocalTime next_run(LocalTime starts, Interval interval, LocalTime now) {
    if (starts > now) return starts;
    const std::int64_t passed = now.seconds - starts.seconds;
    if (interval.months == 0) {
        return {starts.seconds + (passed / interval.seconds + 1) * interval.seconds};
    }
    // Months have 28 days at least and 31 at most: begin below, step up to it.
    std::int64_t count = passed / (31 * day_seconds) / interval.months;
    while (add_months(starts, count * interval.months) <= now) ++count;
    return add_months(starts, count * interval.months);
}

}  // namespace penstock::gate
