// Proof: that the destination has caught up with the fenced source, and that source and ledger
// agree on what there is to release.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gate/entry.h"
#include "gate/policy.h"
#include "gate/release_context.h"
#include "gate/source_fence.h"
#include "schema/definitions.h"

namespace penstock::gate {

// Commits a row of penstock.marker on the source and waits until all that the source had executed
// by then has been applied. Records the marker and the lag. error_prove_timeout.
[[nodiscard]] Result<void> prove(const ReleaseContext& context);

// What has changed on the source since the fence, by its catalogue: events that came or went, were
// altered or enabled. Empty: nothing. An event that its last run dropped while draining is missing
// by right; the ledger knows. Pure.
[[nodiscard]] std::vector<std::string> changes_since_fence(
    const std::vector<FencedEvent>& fence,
    const std::vector<schema::ScheduledEventDefinition>& source, FencePolicy policy);

// What ledger and source disagree on: an event only one of them has, or one that differs from the
// snapshot although the stream has not said so. Pure.
[[nodiscard]] std::vector<std::string> disagreements(
    const std::vector<Entry>& entries, const std::vector<schema::ScheduledEventDefinition>& source);

// Reads the source's catalogue and refuses (error_reconcile) if it changed since the fence.
[[nodiscard]] Result<std::vector<schema::ScheduledEventDefinition>> read_unchanged_source(
    const ReleaseContext& context);

// Brings the ledger to the definitions read, or refuses with error_reconcile; moves the gate to
// releasing in the same transaction.
[[nodiscard]] Result<void> reconcile_and_release(ReleaseContext& context);

}  // namespace penstock::gate
