// Log: lines for people on stderr, or JSON lines for programs. Thread-safe after configure(),
// which is called once by main before any thread starts. Formatting is done by the caller with
// libfmt, so that this header stays lean; levels are checked before anything is formatted.
#pragma once

#include <fmt/core.h>
#include <cstdint>
#include <string_view>
#include <utility>

namespace penstock::base {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };

class Log {
public:
    static void configure(LogLevel level, LogFormat format);
    [[nodiscard]] static bool enabled(LogLevel level);
    static void write(LogLevel level, std::string_view component, std::string_view text);

    // While a progress display owns the terminal's last line, it is told before and after a line
    // is written so that the two don't overwrite each other. Null to remove.
    static void set_line_hooks(void (*before)(), void (*after)());
};

template <class... Args>
void log(LogLevel level, std::string_view component, fmt::format_string<Args...> format,
         Args&&... args) {
    if (!Log::enabled(level)) return;
    Log::write(level, component, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_debug(std::string_view component, fmt::format_string<Args...> f, Args&&... args) {
    log(LogLevel::debug, component, f, std::forward<Args>(args)...);
}
template <class... Args>
void log_info(std::string_view component, fmt::format_string<Args...> f, Args&&... args) {
    log(LogLevel::info, component, f, std::forward<Args>(args)...);
}
template <class... Args>
void log_warning(std::string_view component, fmt::format_string<Args...> f, Args&&... args) {
    log(LogLevel::warning, component, f, std::forward<Args>(args)...);
}
template <class... Args>
void log_error(std::string_view component, fmt::format_string<Args...> f, Args&&... args) {
    log(LogLevel::error, component, f, std::forward<Args>(args)...);
}

}  // namespace penstock::base
