#include "capture/follow.h"

#include <fmt/core.h>

#include <optional>

#include "base/log.h"
#include "binlog/event_header.h"
#include "capture/errors.h"
#include "capture/source_session.h"
#include "capture/stream_state.h"
#include "relay/reader.h"
#include "relay/segment_window.h"
#include "relay/writer.h"
#include "uring/poll_backend.h"

namespace penstock::capture {
namespace {

constexpr std::uint64_t tallied_events_max = 256;

std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// When the file we hold the beginning of was begun, by the source's clock.
Result<std::optional<std::uint32_t>> held_format_timestamp(const relay::RelayLog& relay) {
    const relay::Position end = relay.durable_end();
    if (end.offset <= relay::first_event_offset) return std::nullopt;
    relay::Reader reader(relay);
    PENSTOCK_TRY(reader.open(end));
    PENSTOCK_ASSIGN(const binlog::EventHeader header,
                    binlog::parse_event_header(reader.format_description()));
    return header.timestamp;
}

// What was appended since the counters were raised last: to raise them and to ask for the time for
// each event takes as long as to append it.
class Tally {
public:
    explicit Tally(CaptureStats& stats) : stats_(stats) {}
    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;
    ~Tally() { raise(); }

    void add(std::size_t bytes, std::uint32_t timestamp) {
        bytes_ += bytes;
        ++events_;
        if (timestamp != 0) timestamp_ = timestamp;
    }
    [[nodiscard]] bool is_due() const { return events_ >= tallied_events_max; }
    // The source was heard just now.
    void publish() {
        stats_.last_heard_ms.store(steady_ms(), std::memory_order_relaxed);
        stats_.connected.store(true, std::memory_order_relaxed);
        raise();
    }

private:
    void raise() {
        stats_.bytes.fetch_add(bytes_, std::memory_order_relaxed);
        stats_.events.fetch_add(events_, std::memory_order_relaxed);
        if (timestamp_ != 0) {
            stats_.last_event_timestamp.store(timestamp_, std::memory_order_relaxed);
        }
        bytes_ = events_ = 0;
        timestamp_ = 0;
    }

    CaptureStats& stats_;
    std::uint64_t bytes_ = 0;
    std::uint64_t events_ = 0;
    std::uint32_t timestamp_ = 0;
};

// False: woken while there was no room for the event.
Result<bool> append_part(const Part& part, StreamState& state, RoomGate& room,
                         relay::Writer& writer, Tally& tally) {
    PENSTOCK_ASSIGN(const StreamStep step, state.take(part));
    switch (step.action) {
        case StreamAction::ignore:
            return true;
        case StreamAction::next_file: {
            base::log_debug("capture", "the source goes on in {}", step.file);
            PENSTOCK_TRY(writer.start_segment(std::string(step.file)));
            room.enter_segment();
            return true;
        }
        case StreamAction::append:
            break;
    }
    // A file's format description passes as the file itself does: by it the applier sees that the
    // file before is at its end, and only then can that be purged.
    if (step.part.first && writer.end_offset() != relay::first_event_offset) {
        PENSTOCK_ASSIGN(const bool passed, room.pass(step.event_bytes, writer));
        if (!passed) return false;
    }
    PENSTOCK_TRY(writer.append(step.part.bytes, step.part.last));
    if (step.part.last) tally.add(step.event_bytes, step.timestamp);
    return true;
}

Result<void> stream(SourceSession& session, StreamState& state, RoomGate& room,
                    relay::Writer& writer, const CaptureOptions& options, CaptureStats& stats) {
    const std::string name = options.source.describe();
    Tally tally(stats);
    bool has_more = false;
    while (true) {
        std::optional<base::WaitTime::Scope> awaited;
        if (!has_more) awaited.emplace(stats.source_awaited);
        PENSTOCK_ASSIGN(const ReceivedEvent received, session.next(options.silence_limit));
        awaited.reset();
        switch (received.outcome) {
            case uring::ReceiveOutcome::woken:
                return {};
            case uring::ReceiveOutcome::end:
                return fail(ErrorKind::transient, error_stream_ended,
                            fmt::format("{} closed the connection", name));
            case uring::ReceiveOutcome::timeout:
                return fail(ErrorKind::transient, error_stream_ended,
                            fmt::format("{} was silent for {} ms, heartbeats included", name,
                                        options.silence_limit.count()));
            case uring::ReceiveOutcome::bytes:
                break;
        }
        PENSTOCK_ASSIGN(const bool appended,
                        append_part(received.event, state, room, writer, tally));
        has_more = session.has_more();
        if (!has_more || !appended || tally.is_due()) tally.publish();
        if (!appended) return {};
        if (!has_more) PENSTOCK_TRY(writer.flush_soon());
    }
}

}  // namespace

Result<void> follow_source(const CaptureOptions& options, relay::RelayLog& relay, RoomGate& room,
                           uring::Backend& backend, const uring::Waker& waker,
                           CaptureStats& stats) {
    PENSTOCK_ASSIGN(const std::optional<std::uint32_t> format_timestamp,
                    held_format_timestamp(relay));
    const relay::Position end = relay.durable_end();
    SessionRequest request;
    request.source = options.source;
    request.source_uuid = relay.identity().source_uuid;
    request.server_id = options.server_id;
    request.replica_uuid = options.replica_uuid;
    request.heartbeat_period = options.heartbeat_period;
    request.silence_limit = options.silence_limit;
    request.from =
        end.empty() ? relay::Position{options.start_file, relay::first_event_offset} : end;
    PENSTOCK_ASSIGN(const std::unique_ptr<SourceSession> session,
                    SourceSession::open(request, backend, waker));
    uring::BlockingFileWriter blocking;
    uring::FileWriter& file_writer = session->waits_in_backend()
                                         ? backend.file_writer()
                                         : static_cast<uring::FileWriter&>(blocking);
    PENSTOCK_ASSIGN(const std::unique_ptr<relay::Writer> writer,
                    relay::Writer::open(relay, file_writer));
    base::log_info("capture", "reading the binlog of {} from {}", options.source.describe(),
                   request.from.to_string());
    stats.state.store(CaptureState::streaming, std::memory_order_relaxed);
    StreamState state(end, format_timestamp);
    Result<void> outcome = stream(*session, state, room, *writer, options, stats);
    stats.connected.store(false, std::memory_order_relaxed);
    Result<void> flushed = writer->flush();
    return outcome ? flushed : outcome;
}

}  // namespace penstock::capture
