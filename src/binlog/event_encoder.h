// EventEncoder: the headers, positions and checksums of events that are written one after another.
//
// Appends to a string used as a byte buffer. Pure; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "binlog/checksum.h"
#include "binlog/event_header.h"

namespace penstock::binlog {

// What the headers of a run of events say. As it is: no time, so that TIMESTAMP defaults can't
// tell; server id 1; no position, no flags; and no checksum behind the event.
struct EventStamp {
    std::uint32_t timestamp = 0;  // seconds since 1970
    std::uint32_t server_id = 1;
    std::uint16_t flags = 0;
    // Where the first event starts in its file. Each log_pos is where its event ends; without a
    // position it is 0.
    std::optional<std::uint64_t> position;
    ChecksumAlgorithm checksum = ChecksumAlgorithm::none;
};

// Appends a header whose event_size and log_pos are still 0; returns where the event starts.
[[nodiscard]] std::size_t begin_event(std::string& out, EventType type,
                                      const EventStamp& stamp = {});
// Writes the event_size of the event that starts at `start` and ends where `out` ends.
void finish_event(std::string& out, std::size_t start);

class EventEncoder {
public:
    // `out` must outlive the encoder; others may append to it between finish() and begin().
    explicit EventEncoder(std::string& out, const EventStamp& stamp = {})
        : out_(out), stamp_(stamp) {}

    // The header of an event, whose body the caller appends to out().
    void begin(EventType type) { start_ = begin_event(out_, type, stamp_); }
    // Completes the event: its size, position and checksum. Error: larger than event_bytes_max of
    // limits.h; out() is then as before begin().
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] std::string& out() { return out_; }
    // Where in out() the event starts that was begun last.
    [[nodiscard]] std::size_t event_start() const { return start_; }
    // Of the event begun last, were it finished now: with its checksum.
    [[nodiscard]] std::size_t event_bytes() const {
        const bool summed = stamp_.checksum != ChecksumAlgorithm::none;
        return out_.size() - start_ + (summed ? checksum_bytes : 0);
    }

private:
    std::string& out_;
    EventStamp stamp_;
    std::size_t start_ = 0;
};

}  // namespace penstock::binlog
