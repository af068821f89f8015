#include "cli/progress_display.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/log.h"
#include "cli/progress_render.h"

namespace penstock::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds bars_interval{200};
constexpr std::chrono::milliseconds look_interval{500};
constexpr std::chrono::seconds json_interval{1};
constexpr std::chrono::seconds line_interval{5};
constexpr std::size_t columns_default = 80;

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return columns_default;
    return size.ws_col;
}

bool environment_has(const char* name, std::string_view word) {
    const char* const value = std::getenv(name);
    return value != nullptr && std::string_view(value).find(word) != std::string_view::npos;
}

RenderStyle terminal_style() {
    const char* const no_color = std::getenv("NO_COLOR");
    RenderStyle style;
    style.columns = terminal_columns();
    style.color = no_color == nullptr || *no_color == '\0';
    for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        style.unicode =
            style.unicode || environment_has(name, "UTF-8") || environment_has(name, "utf8");
    }
    return style;
}

}  // namespace

DisplayMode choose_display_mode(bool json) {
    if (json) return DisplayMode::json;
    const bool dumb = std::getenv("TERM") == nullptr || environment_has("TERM", "dumb");
    return ::isatty(STDERR_FILENO) != 0 && !dumb ? DisplayMode::bars : DisplayMode::lines;
}

struct ProgressDisplay::Impl {
    const task::TaskProgress& progress;
    const DisplayMode mode;
    const RenderStyle fixed_style = terminal_style();

    std::mutex mutex;                // guards what follows, and the terminal
    std::vector<std::string> drawn;  // bars that are on the screen now
    std::string last_milestone;
    Clock::time_point last_output;
    bool finished = false;

    std::jthread thread;  // last: it uses all of the above

    Impl(const task::TaskProgress& shown, DisplayMode how) : progress(shown), mode(how) {}

    // The log's hooks take no argument; there is one display at a time.
    inline static Impl* current = nullptr;

    void erase() {
        if (drawn.empty()) return;
        std::fprintf(stderr, "\x1b[%zuA\r\x1b[J", drawn.size());
    }
    void draw() {
        for (const std::string& line : drawn) std::fprintf(stderr, "%s\n", line.c_str());
        std::fflush(stderr);
    }
    static void before_log_line() {
        current->mutex.lock();
        current->erase();
    }
    static void after_log_line() {
        current->draw();
        current->mutex.unlock();
    }

    void show_bars(const task::TaskStatus& status) {
        RenderStyle style = fixed_style;
        style.columns = terminal_columns();
        erase();
        drawn = render_bars(status, style);
        draw();
    }
    void show_line(const task::TaskStatus& status) {
        std::string now = milestone(status);
        const bool changed = now != last_milestone;
        if (!changed && Clock::now() - last_output < line_interval) return;
        last_milestone = std::move(now);
        last_output = Clock::now();
        std::fprintf(stderr, "%s %s\n", task::to_rfc3339(status.at).c_str(),
                     render_line(status).c_str());
    }
    void show_json(const task::TaskStatus& status) {
        std::string now = milestone(status);
        const bool changed = now != last_milestone;
        if (!changed && Clock::now() - last_output < json_interval) return;
        last_milestone = std::move(now);
        last_output = Clock::now();
        std::printf("%s\n", task::to_json(status).c_str());
        std::fflush(stdout);
    }
    void show() {
        const task::TaskStatus status = progress.snapshot();
        const std::lock_guard lock(mutex);
        switch (mode) {
            case DisplayMode::bars:
                return show_bars(status);
            case DisplayMode::lines:
                return show_line(status);
            case DisplayMode::json:
                return show_json(status);
        }
    }
    void loop(const std::stop_token& stop) {
        const auto interval = mode == DisplayMode::bars ? bars_interval : look_interval;
        std::mutex sleep_mutex;
        std::condition_variable_any wake;
        std::unique_lock sleeping(sleep_mutex);
        while (!stop.stop_requested()) {
            show();
            wake.wait_for(sleeping, stop, interval, [] { return false; });
        }
    }
};

ProgressDisplay::ProgressDisplay(const task::TaskProgress& progress, DisplayMode mode)
    : impl_(std::make_unique<Impl>(progress, mode)) {
    if (mode == DisplayMode::bars) {
        Impl::current = impl_.get();
        base::Log::set_line_hooks(&Impl::before_log_line, &Impl::after_log_line);
    }
    Impl* const impl = impl_.get();
    impl_->thread = std::jthread([impl](const std::stop_token& stop) { impl->loop(stop); });
}

ProgressDisplay::~ProgressDisplay() {
    finish();
}

void ProgressDisplay::finish() {
    if (impl_->finished) return;
    impl_->finished = true;
    impl_->thread.request_stop();
    impl_->thread.join();
    if (impl_->mode == DisplayMode::bars) {
        base::Log::set_line_hooks(nullptr, nullptr);
        Impl::current = nullptr;
    }
    impl_->last_milestone.clear();  // the end is always shown
    impl_->show();
    if (impl_->mode == DisplayMode::json) return;
    for (const std::string& line : render_summary(impl_->progress.snapshot())) {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

}  // namespace penstock::cli
