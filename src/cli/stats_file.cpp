#include "cli/stats_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "base/log.h"
#include "cli/errors.h"
#include "task/stage_json.h"

namespace penstock::cli {

using Clock = std::chrono::steady_clock;

struct StatsFile::Impl {
    Impl(std::filesystem::path path, int descriptor, std::chrono::milliseconds every,
         const task::TaskProgress& shown)
        : file(std::move(path)), fd(descriptor), interval(every), progress(shown) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { ::close(fd); }

    // Of the thread, and of finish() after it.
    void write_line() {
        const auto now = Clock::now();
        const task::TaskStatus status = progress.snapshot();
        const task::StageFlow flow = flow_between(before, status.stages);
        const std::chrono::duration<double> seconds = now - written;
        const std::string line = to_stats_line(status, flow, seconds.count()) + "\n";
        before = status.stages;
        written = now;
        if (failed || ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size())) {
            return;
        }
        failed = true;
        base::log_warning("stats", "{}: {}; nothing more is written to it", file.string(),
                          std::strerror(errno));
    }

    void loop(const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock sleeping(mutex);
        while (true) {
            wake.wait_until(sleeping, stop, written + interval, [] { return false; });
            if (stop.stop_requested()) return;
            write_line();
        }
    }

    const std::filesystem::path file;
    const int fd;
    const std::chrono::milliseconds interval;
    const task::TaskProgress& progress;
    task::StageCounters before;
    Clock::time_point written = Clock::now();
    bool failed = false;
    bool finished = false;
    std::jthread thread;  // last: it uses all of the above
};

StatsFile::StatsFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
    impl_->thread =
        std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->loop(stop); });
}

Result<std::unique_ptr<StatsFile>> StatsFile::open(const std::filesystem::path& file,
                                                   std::chrono::milliseconds interval,
                                                   const task::TaskProgress& progress) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) {
        return fail(ErrorKind::refused, error_output_failed,
                    fmt::format("{}: {}", file.string(), std::strerror(errno)),
                    "name a file in a folder that may be written to");
    }
    return std::unique_ptr<StatsFile>(
        new StatsFile(std::make_unique<Impl>(file, fd, interval, progress)));
}

StatsFile::~StatsFile() {
    finish();
}

void StatsFile::finish() {
    if (impl_->finished) return;
    impl_->finished = true;
    impl_->thread.request_stop();
    impl_->thread.join();
    impl_->write_line();
}

}  // namespace penstock::cli
