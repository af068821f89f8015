#include "cli/stop_signals.h"

#include <unistd.h>
#include <csignal>
#include <string_view>

#include "base/log.h"
#include "cli/exit_codes.h"

namespace penstock::cli {
namespace {

// Sent to the thread when there is nothing to wait for any more.
constexpr int wake_signal = SIGUSR1;

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, wake_signal);
    return set;
}

void wait_for_signals(const std::stop_token& end, std::stop_source& stop) {
    const sigset_t set = stop_signals();
    while (!end.stop_requested()) {
        const int signal = sigwaitinfo(&set, nullptr);
        if (signal != SIGINT && signal != SIGTERM) continue;
        if (stop.stop_requested()) {
            constexpr std::string_view text = "\npenstock: ended at once; run again to resume\n";
            static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
            ::_exit(exit_stopped);
        }
        // Said first: what stops may be quick, and the process gone.
        base::log_info("penstock", "stopping at a safe point; once more ends at once");
        stop.request_stop();
    }
}

}  // namespace

StopSignals::StopSignals() {
    const sigset_t set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::stop_source* const stop = &stop_;
    thread_ = std::jthread([stop](const std::stop_token& end) { wait_for_signals(end, *stop); });
}

StopSignals::~StopSignals() {
    thread_.request_stop();
    pthread_kill(thread_.native_handle(), wake_signal);
    thread_.join();
}

}  // namespace penstock::cli
