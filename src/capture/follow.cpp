#include "capture/follow.h"

#include <fmt/core.h>

#include <optional>

#include "base/log.h"
#include "capture/errors.h"
#include "capture/relay_feed.h"
#include "capture/source_session.h"
#include "capture/stream_state.h"
#include "relay/segment_window.h"
#include "relay/writer.h"
#include "uring/poll_backend.h"

namespace penstock::capture {
namespace {

Result<void> stream(SourceSession& session, StreamState& state, RoomGate& room,
                    relay::Writer& writer, const CaptureOptions& options, CaptureStats& stats) {
    const std::string name = options.source.describe();
    RelayFeed feed(room, writer, stats);
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
        PENSTOCK_ASSIGN(const StreamStep step, state.take(received.event));
        PENSTOCK_ASSIGN(const bool appended, feed.take(step));
        if (!appended) return {};
        has_more = session.has_more();
        // A burst that goes on shows itself by an event that is cut off: then the group may grow.
        if (has_more || !received.event.last) continue;
        feed.publish();
        PENSTOCK_TRY(writer.flush_soon());
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
