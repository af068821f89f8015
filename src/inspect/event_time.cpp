#include "inspect/event_time.h"

#include <fmt/format.h>
#include <chrono>
#include <iterator>
#include <string_view>

namespace penstock::inspect {

const std::string& TimeText::of(std::uint32_t timestamp) {
    if (timestamp == timestamp_ && !text_.empty()) return text_;
    timestamp_ = timestamp;
    const std::chrono::sys_seconds moment{std::chrono::seconds(timestamp)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    text_ = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                        time.hours().count(), time.minutes().count(), time.seconds().count());
    return text_;
}

void append_type_name(std::string& out, binlog::EventType type) {
    const std::string_view name = binlog::to_string(type);
    out += name;
    if (name == "Unknown") fmt::format_to(std::back_inserter(out), "_{}", static_cast<int>(type));
}

}  // namespace penstock::inspect
