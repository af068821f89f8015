#include "capture/capture.h"

#include <algorithm>
#include <random>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "capture/follow.h"
#include "capture/follow_files.h"
#include "capture/room_gate.h"
#include "relay/errors.h"
#include "uring/backend.h"
#include "uring/waker.h"

namespace penstock::capture {
namespace {

// Between half of the pause and all of it, so that many tasks do not knock at the same moment.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds pause, std::minstd_rand& random) {
    std::uniform_int_distribution<std::int64_t> spread(pause.count() / 2, pause.count());
    return std::chrono::milliseconds(spread(random));
}

}  // namespace

const char* to_string(CaptureState state) {
    switch (state) {
        case CaptureState::idle:
            return "idle";
        case CaptureState::connecting:
            return "connecting";
        case CaptureState::streaming:
            return "streaming";
        case CaptureState::waiting:
            return "waiting";
        case CaptureState::paused:
            return "paused";
        case CaptureState::stopped:
            return "stopped";
        case CaptureState::failed:
            return "failed";
    }
    return "unknown";
}

Capture::Capture(CaptureOptions options, relay::RelayLog& relay)
    : options_(std::move(options)), relay_(relay), waker_(std::make_unique<uring::Waker>()) {
    PENSTOCK_ASSERT(options_.files || options_.server_id != 0);
}

Capture::~Capture() {
    PENSTOCK_ASSERT(!thread_.joinable());
}

void Capture::start() {
    PENSTOCK_ASSERT(!thread_.joinable());
    thread_ = std::thread([this] { run(); });
}

void Capture::request_stop() {
    waker_->wake();
}

void Capture::join() {
    if (thread_.joinable()) thread_.join();
}

std::optional<Error> Capture::error() const {
    const std::lock_guard guard(mutex_);
    return error_;
}

std::optional<Error> Capture::trouble() const {
    const std::lock_guard guard(mutex_);
    return trouble_;
}

std::string Capture::pause() const {
    const std::lock_guard guard(mutex_);
    return pause_;
}

std::string Capture::io_backend() const {
    const std::lock_guard guard(mutex_);
    return io_backend_;
}

void Capture::run() {
    const std::unique_ptr<uring::Backend> backend =
        options_.use_io_uring ? uring::Backend::create(*waker_)
                              : uring::Backend::create_poll(*waker_, "as configured");
    base::log_info("capture", "I/O by {}", backend->describe());
    {
        const std::lock_guard guard(mutex_);
        io_backend_ = backend->describe();
    }
    std::minstd_rand random(options_.server_id);
    RoomGate room(options_, relay_, *waker_, stats_, [this](std::string why) {
        const std::lock_guard guard(mutex_);
        pause_ = std::move(why);
    });
    auto pause = options_.retry_pause_first;
    while (!waker_->woken()) {
        stats_.state.store(CaptureState::connecting);
        const std::uint64_t events_before = stats_.events.load();
        const Result<void> outcome = follow(room, *backend);
        if (outcome) break;
        if (outcome.error().kind != ErrorKind::transient) return fail_with(outcome.error());
        if (stats_.events.load() > events_before) pause = options_.retry_pause_first;
        const auto wait = with_jitter(pause, random);
        if (outcome.error().code == relay::error_relay_full) {
            static_cast<void>(room.wait_out(outcome.error(), wait));
        } else {
            note_trouble(outcome.error(), wait);
            stats_.state.store(CaptureState::waiting);
            static_cast<void>(waker_->sleep(wait));
        }
        pause = std::min(pause * 2, options_.retry_pause_max);
        stats_.reconnects.fetch_add(1, std::memory_order_relaxed);
    }
    stats_.state.store(CaptureState::stopped);
}

Result<void> Capture::follow(RoomGate& room, uring::Backend& backend) {
    if (!options_.files) return follow_source(options_, relay_, room, backend, *waker_, stats_);
    return follow_files(options_, relay_, room, backend, *waker_, stats_,
                        [this](const FilesRead& read) {
                            const std::lock_guard guard(mutex_);
                            files_read_ = read;
                        });
}

FilesRead Capture::files_read() const {
    const std::lock_guard guard(mutex_);
    return files_read_;
}

void Capture::note_trouble(const Error& trouble, std::chrono::milliseconds wait) {
    base::log_warning("capture", "{}; trying again in {} ms", trouble.to_string(), wait.count());
    const std::lock_guard guard(mutex_);
    trouble_ = trouble;
}

void Capture::fail_with(const Error& error) {
    base::log_error("capture", "{}", error.to_string());
    {
        const std::lock_guard guard(mutex_);
        error_ = error;
        trouble_.reset();
    }
    stats_.state.store(CaptureState::failed);
}

}  // namespace penstock::capture
