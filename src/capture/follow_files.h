// A directory of binlog files read into the relay log, from its durable end on, until the last file
// is at its end or the Waker is woken.
//
// The file in which the relay log ends is read from its beginning again, without appending what is
// there already: so the transactions in it are known, and another file of the same name is noticed.
// Each next file must continue the one before: by its number, and by the transactions that its
// PREVIOUS_GTIDS event says are before it. Where the last file does not end with a whole
// transaction, and is not followed, the report says so.
#pragma once

#include <functional>

#include "capture/capture.h"
#include "capture/room_gate.h"
#include "penstock/result.h"
#include "relay/relay_log.h"
#include "uring/backend.h"
#include "uring/waker.h"

namespace penstock::capture {

// Returns without an error when all was read, or when woken. `report` is told how far it is. Errors
// name file and offset. One thread, that of the Backend.
[[nodiscard]] Result<void> follow_files(const CaptureOptions& options, relay::RelayLog& relay,
                                        RoomGate& room, uring::Backend& backend,
                                        const uring::Waker& waker, CaptureStats& stats,
                                        const std::function<void(const FilesRead&)>& report);

}  // namespace penstock::capture
