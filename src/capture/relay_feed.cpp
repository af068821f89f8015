#include "capture/relay_feed.h"

#include <chrono>

#include "base/log.h"
#include "binlog/event_header.h"
#include "relay/reader.h"
#include "relay/segment_window.h"

namespace penstock::capture {
namespace {

constexpr std::uint64_t counted_events_max = 256;

std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

Result<std::optional<std::uint32_t>> held_format_timestamp(const relay::RelayLog& relay) {
    const relay::Position end = relay.durable_end();
    if (end.offset <= relay::first_event_offset) return std::nullopt;
    relay::Reader reader(relay);
    PENSTOCK_TRY(reader.open(end));
    PENSTOCK_ASSIGN(const binlog::EventHeader header,
                    binlog::parse_event_header(reader.format_description()));
    return header.timestamp;
}

RelayFeed::RelayFeed(RoomGate& room, relay::Writer& writer, CaptureStats& stats)
    : room_(room), writer_(writer), stats_(stats) {}

RelayFeed::~RelayFeed() {
    raise();
}

Result<bool> RelayFeed::take(const StreamStep& step) {
    if (step.action == StreamAction::ignore) return true;
    if (step.action == StreamAction::next_file) {
        base::log_debug("capture", "the source goes on in {}", step.file);
        PENSTOCK_TRY(writer_.start_segment(std::string(step.file)));
        room_.enter_segment();
        return true;
    }
    // A file's format description passes as the file itself does: by it the applier sees that the
    // file before is at its end, and only then can that be purged.
    if (step.part.first && writer_.end_offset() != relay::first_event_offset) {
        PENSTOCK_ASSIGN(const bool passed, room_.pass(step.event_bytes, writer_));
        if (!passed) {
            publish();
            return false;
        }
    }
    PENSTOCK_TRY(writer_.append(step.part.bytes, step.part.last));
    if (!step.part.last) return true;
    bytes_ += step.event_bytes;
    ++events_;
    if (step.timestamp != 0) timestamp_ = step.timestamp;
    if (events_ >= counted_events_max) publish();
    return true;
}

void RelayFeed::publish() {
    stats_.last_heard_ms.store(steady_ms(), std::memory_order_relaxed);
    stats_.connected.store(true, std::memory_order_relaxed);
    raise();
}

void RelayFeed::raise() {
    stats_.bytes.fetch_add(bytes_, std::memory_order_relaxed);
    stats_.events.fetch_add(events_, std::memory_order_relaxed);
    if (timestamp_ != 0) {
        stats_.last_event_timestamp.store(timestamp_, std::memory_order_relaxed);
    }
    bytes_ = events_ = 0;
    timestamp_ = 0;
}

}  // namespace penstock::capture
