#include "base/log.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace penstock::base {
namespace {

std::atomic<int> threshold{static_cast<int>(LogLevel::info)};
std::atomic<LogFormat> output_format{LogFormat::text};
std::mutex line_mutex;
void (*before_line)() = nullptr;
void (*after_line)() = nullptr;

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "penstock", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_level(spdlog::level::debug);
        made->flush_on(spdlog::level::debug);
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %-7l %v");
        return made;
    }();
    return *instance;
}

std::string json_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

void Log::configure(LogLevel level, LogFormat format) {
    threshold = static_cast<int>(level);
    output_format = format;
    logger().set_pattern(format == LogFormat::json ? "%v" : "%Y-%m-%dT%H:%M:%S.%e %-7l %v");
}

bool Log::enabled(LogLevel level) {
    return static_cast<int>(level) >= threshold.load();
}

void Log::set_line_hooks(void (*before)(), void (*after)()) {
    const std::lock_guard lock(line_mutex);
    before_line = before;
    after_line = after;
}

void Log::write(LogLevel level, std::string_view component, std::string_view text) {
    const std::lock_guard lock(line_mutex);
    if (before_line != nullptr) before_line();
    if (output_format.load() == LogFormat::json) {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        logger().log(to_spdlog(level), "{}",
                     fmt::format(R"({{"ts_us":{},"level":"{}","component":"{}","msg":"{}"}})",
                                 std::chrono::duration_cast<std::chrono::microseconds>(now).count(),
                                 spdlog::level::to_string_view(to_spdlog(level)), component,
                                 json_escaped(text)));
    } else {
        logger().log(to_spdlog(level), "{}: {}", component, text);
    }
    if (after_line != nullptr) after_line();
}

}  // namespace penstock::base
