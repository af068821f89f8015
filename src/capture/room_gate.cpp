#include "capture/room_gate.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/quantity.h"
#include "capture/limits.h"

namespace penstock::capture {
namespace {

using std::chrono::steady_clock;

std::string size_text(std::uint64_t bytes) {
    return base::format_size(static_cast<double>(bytes));
}

}  // namespace

RoomGate::RoomGate(const CaptureOptions& options, relay::RelayLog& relay, const uring::Waker& waker,
                   CaptureStats& stats, Say say)
    : options_(options), relay_(relay), waker_(waker), stats_(stats), say_(std::move(say)) {}

Result<bool> RoomGate::pass(std::uint64_t bytes, relay::Writer& writer) {
    if (bytes <= credit_) {
        credit_ -= bytes;
        return true;
    }
    // What is appended and not on the disk yet takes room that the file system still shows as free.
    const std::uint64_t pending = writer.end_offset() - relay_.durable_end().offset;
    const std::uint64_t room = relay_.room().bytes();
    if (room >= pending && room - pending >= bytes) {
        credit_ = std::min(room - pending, bytes + step()) - bytes;
        return true;
    }
    credit_ = 0;
    PENSTOCK_TRY(writer.flush());
    return wait(bytes, writer.end().file, {}, room_poll);
}

bool RoomGate::wait_out(const Error& full, std::chrono::milliseconds least) {
    credit_ = 0;
    return wait(room_step_bytes, relay_.durable_end().file, full.text, least);
}

bool RoomGate::wait(std::uint64_t bytes, const std::string& file, const std::string& why,
                    std::chrono::milliseconds least) {
    const auto begun = steady_clock::now();
    const std::uint64_t wanted = bytes + step();
    base::log_warning("capture", "paused: {}", why.empty() ? shortage(relay_.room()) : why);
    stats_.state.store(CaptureState::paused);
    relay_.want_room(wanted);
    retention_.reset();
    asked_at_ = warned_at_ = {};
    bool woken = false;
    auto counted = begun;
    while (!woken) {
        const relay::Room room = relay_.room();
        const auto now = steady_clock::now();
        if (room.bytes() >= wanted && now - begun >= least) break;
        ask_source(file);
        say_((why.empty() ? shortage(room) : why) +
             (retention_ ? "; " + retention_->to_string() : std::string()));
        woken = waker_.sleep(room_poll);
        const auto slept = steady_clock::now();
        stats_.paused_ms.fetch_add(static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::milliseconds>(slept - counted).count()));
        counted = slept;
    }
    relay_.want_room(0);
    say_({});
    if (woken) return false;
    const auto paused = std::chrono::duration_cast<std::chrono::seconds>(counted - begun);
    base::log_info("capture", "goes on after a pause of {}", base::format_duration(paused));
    stats_.state.store(CaptureState::streaming);
    return true;
}

std::uint64_t RoomGate::step() const {
    return std::min(room_step_bytes, relay_.budget().bytes_max / room_share);
}

std::string RoomGate::shortage(const relay::Room& room) const {
    const relay::Budget& budget = relay_.budget();
    if (room.by_budget <= room.on_disk) {
        return fmt::format("the relay log takes {} of the {} that relay.max_size allows",
                           size_text(relay_.bytes()), size_text(budget.bytes_max));
    }
    return fmt::format("the disk of {} has {} free beyond relay.min_free ({})", relay_.directory(),
                       size_text(room.on_disk), size_text(budget.free_bytes_min));
}

void RoomGate::ask_source(const std::string& file) {
    const auto now = steady_clock::now();
    if (options_.files || file.empty() ||
        (asked_at_ != steady_clock::time_point{} && now - asked_at_ < retention_poll)) {
        return;
    }
    asked_at_ = now;
    mysql::SessionOptions session;
    session.program_name = "penstock capture";
    session.connect_timeout = retention_patience;
    session.network_timeout = retention_patience;
    auto source = mysql::Connection::open(options_.source, session);
    if (!source) return;
    auto found = look_at_retention(*source, file, stats_.last_event_timestamp.load());
    if (!found) return;
    retention_ = std::move(*found);
    const bool warned =
        warned_at_ != steady_clock::time_point{} && now - warned_at_ < retention_warning_interval;
    if (!retention_->is_pressing() || warned) return;
    warned_at_ = now;
    base::log_warning("capture",
                      "capture is paused and {}: make room for the relay log, or keep binlogs "
                      "longer on the source (binlog_expire_logs_seconds)",
                      retention_->to_string());
}

}  // namespace penstock::capture
