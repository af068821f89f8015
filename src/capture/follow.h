// One connection's life: from the relay log's durable end on, events of the source are verified
// and appended, until the connection fails or the Waker is woken.
#pragma once

#include "capture/capture.h"
#include "capture/room_gate.h"
#include "penstock/result.h"
#include "relay/relay_log.h"
#include "uring/backend.h"
#include "uring/waker.h"

namespace penstock::capture {

// Returns without an error only when woken. Whatever happens, what was received whole is durable
// in the relay log on return, unless writing is what failed. Sets stats.state to streaming, and
// calls nothing else of the Capture. One thread, that of the Backend.
[[nodiscard]] Result<void> follow_source(const CaptureOptions& options, relay::RelayLog& relay,
                                         RoomGate& room, uring::Backend& backend,
                                         const uring::Waker& waker, CaptureStats& stats);

}  // namespace penstock::capture
