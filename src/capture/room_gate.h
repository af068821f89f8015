// RoomGate: lets events into the relay log as long as its budget and the disk have room, and waits
// until there is room again.
//
// While it waits nothing is read from the source, whose dump thread blocks, and in the end gives
// up the connection, which is then opened again. Room comes from the relay log's purge or from the
// operator. Meanwhile the source is asked how long it keeps the file that is needed next.
//
// One thread, that of capture; `stats` and `say` are its way to show itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "capture/capture.h"
#include "capture/source_retention.h"
#include "penstock/result.h"
#include "relay/relay_log.h"
#include "relay/writer.h"
#include "uring/waker.h"

namespace penstock::capture {

class RoomGate {
public:
    // Is told why capture is paused, and with an empty text that it goes on.
    using Say = std::function<void(std::string)>;

    RoomGate(const CaptureOptions& options, relay::RelayLog& relay, const uring::Waker& waker,
             CaptureStats& stats, Say say);
    RoomGate(const RoomGate&) = delete;
    RoomGate& operator=(const RoomGate&) = delete;

    // Before `bytes` are appended: returns when there is room for them. What was appended is made
    // durable before it waits. False: woken.
    [[nodiscard]] Result<bool> pass(std::uint64_t bytes, relay::Writer& writer);
    // What was free to pass for the only segment may not be for a second one: asks anew.
    void enter_segment() { credit_ = 0; }
    // After the file system was full in spite of all: returns when there is room again, but not
    // before `least`. False: woken.
    [[nodiscard]] bool wait_out(const Error& full, std::chrono::milliseconds least);

private:
    [[nodiscard]] bool wait(std::uint64_t bytes, const std::string& file, const std::string& why,
                            std::chrono::milliseconds least);
    [[nodiscard]] std::uint64_t step() const;
    [[nodiscard]] std::string shortage(const relay::Room& room) const;
    void ask_source(const std::string& file);

    const CaptureOptions& options_;
    relay::RelayLog& relay_;
    const uring::Waker& waker_;
    CaptureStats& stats_;
    const Say say_;
    std::uint64_t credit_ = 0;  // bytes that may pass without asking again
    std::optional<SourceRetention> retention_;
    std::chrono::steady_clock::time_point asked_at_;
    std::chrono::steady_clock::time_point warned_at_;
};

}  // namespace penstock::capture
