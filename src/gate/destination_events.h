// DestinationEvents: creates the events on the destination, disabled, reads them back, and enables
// them. Everything here can be repeated after a crash at any point.
//
// Before an event is created, its entry says that what has this name is ours (created_here), so
// that a later process may drop it; before it is enabled, its entry says so (final_status
// "enabling"), so that an event that has run and dropped itself meanwhile is not created again; one
// that was enabled here and is over already ends as "completed".
#pragma once

#include <string>
#include <vector>

#include "gate/release_context.h"
#include "schema/definitions.h"

namespace penstock::gate {

// Creates each event of the source that the ledger holds, disabled, reads it back, and drops it.
// The error is the first blocker found; it is also in the entry.
[[nodiscard]] Result<void> rehearse(const ReleaseContext& context);

// Drops whatever was created here; only while none of it has been enabled.
[[nodiscard]] Result<void> drop_created(const ReleaseContext& context);

// Creates all events of the ledger that are to exist; skips, with the reason, those that are not.
[[nodiscard]] Result<void> create_events(const ReleaseContext& context);

// Gives the created events their wanted status, and reads it back.
[[nodiscard]] Result<void> enable_events(const ReleaseContext& context);

// Closes the ledger before the gate opens: what the stream brought since the proof is reported and
// not applied, and copies of events that it dropped meanwhile are dropped.
[[nodiscard]] Result<void> settle_latecomers(const ReleaseContext& context);

// True once an event has been enabled, or may have been: from there on there is no way back.
[[nodiscard]] Result<bool> any_enabled(const ReleaseContext& context);

}  // namespace penstock::gate
