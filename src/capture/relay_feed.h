// RelayFeed: takes the steps of a StreamState to the relay log, through the room gate, and counts.
// One thread, that of capture.
#pragma once

#include <cstdint>
#include <optional>

#include "capture/capture.h"
#include "capture/room_gate.h"
#include "capture/stream_state.h"
#include "penstock/result.h"
#include "relay/relay_log.h"
#include "relay/writer.h"

namespace penstock::capture {

// When the file we hold the beginning of was begun, by the source's clock.
[[nodiscard]] Result<std::optional<std::uint32_t>> held_format_timestamp(
    const relay::RelayLog& relay);

class RelayFeed {
public:
    RelayFeed(RoomGate& room, relay::Writer& writer, CaptureStats& stats);
    ~RelayFeed();
    RelayFeed(const RelayFeed&) = delete;
    RelayFeed& operator=(const RelayFeed&) = delete;

    // False: woken while there was no room for the event.
    [[nodiscard]] Result<bool> take(const StreamStep& step);
    // The source was heard just now. What was appended shows in the statistics, which is done for
    // many events at once: to raise the counters and ask for the time for each takes as long as to
    // append it.
    void publish();

private:
    void raise();

    RoomGate& room_;
    relay::Writer& writer_;
    CaptureStats& stats_;
    // Appended since the counters were raised last.
    std::uint64_t bytes_ = 0;
    std::uint64_t events_ = 0;
    std::uint32_t timestamp_ = 0;
};

}  // namespace penstock::capture
