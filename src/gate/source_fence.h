// SourceFence: takes the source's events out of action for the release, and puts them back.
//
// What each event was is written down in penstock.scheduled_event_fence before it is touched, so
// that any later process can put it back. Nothing of it is in the source's binlog. Both functions
// can be repeated after a crash at any point.
#pragma once

#include <string>
#include <vector>

#include "gate/release_context.h"
#include "schema/definitions.h"

namespace penstock::gate {

struct FencedEvent {
    schema::ScheduledEventDefinition before;  // status is the one before the fence
    bool fenced = false;                      // was disabled by us
    std::string last_altered;                 // after that, UTC
};

[[nodiscard]] Result<std::vector<FencedEvent>> read_fence(mysql::Connection& destination,
                                                          std::string_view task);

// By the policy of the options.
[[nodiscard]] Result<void> fence_source(const ReleaseContext& context);

// Events are enabled again where a run of theirs is left; those that are over by now stay disabled
// and are returned as notes.
[[nodiscard]] Result<std::vector<std::string>> unfence_source(const ReleaseContext& context);

// Waits until no run that began before the fence is under way. error_drain_timeout.
[[nodiscard]] Result<void> drain_source(const ReleaseContext& context);

}  // namespace penstock::gate
