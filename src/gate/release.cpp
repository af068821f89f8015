// The release as a sequence: what follows what, and what happens when a step fails. The steps
// themselves are in destination_events, source_fence and proof.
#include "gate/release.h"

#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "gate/destination_events.h"
#include "gate/entry.h"
#include "gate/errors.h"
#include "gate/ledger.h"
#include "gate/proof.h"
#include "gate/release_context.h"
#include "gate/source_fence.h"

namespace penstock::gate {
namespace {

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

Result<GateRow> gate_of(const ReleaseContext& context) {
    PENSTOCK_ASSIGN(std::optional<GateRow> gate,
                    read_gate(context.destination, context.options.task));
    if (!gate) {
        return fail(
            ErrorKind::definite, error_no_gate,
            fmt::format("task \"{}\" has no event gate on the destination", context.options.task),
            "Start the task with `penstock run` first");
    }
    return std::move(*gate);
}

// Undoes everything, in an order that leaves events armed on at most one side: first the
// destination's copies, then the source's fence. Written down first, so that whoever comes after a
// crash finishes it. A stop keeps the request: the next run begins anew.
Result<void> begin_withdrawal(ReleaseContext& context, const Error& reason) {
    const bool keep_request = reason.kind == ErrorKind::cancelled;
    PENSTOCK_TRY(context.owned_execute(fmt::format(
        "UPDATE penstock.gate SET withdrawing={}, message={} WHERE task={}", keep_request ? 2 : 1,
        literal(reason.to_string()), literal(context.options.task))));
    return {};
}

Result<void> finish_withdrawal(ReleaseContext& context) {
    context.announce("withdraw");
    PENSTOCK_TRY(drop_created(context));
    PENSTOCK_ASSIGN(const std::vector<std::string> notes, unfence_source(context));
    for (const std::string& note : notes) context.report.notes.push_back(note);
    context.announce("withdrawn");
    PENSTOCK_TRY(context.move(
        GateMove::withdraw,
        "requested_at=IF(withdrawing=2, requested_at, NULL), withdrawing=0, withdrawal_asked=0, "
        "marker='', lag_seconds=NULL, lag_transactions=NULL"));
    context.report.outcome = ReleaseOutcome::withdrawn;
    return {};
}

Result<void> check_destination_scheduler(ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::optional<std::string> answer,
                    context.destination.query_value("SELECT @@GLOBAL.event_scheduler"));
    const std::string scheduler = answer.value_or("unknown");
    if (scheduler == "ON") return {};
    context.report.notes.push_back(fmt::format(
        "event_scheduler is {} on the destination: no event runs there until it is ON", scheduler));
    return {};
}

void note_fence(ReleaseContext& context) {
    switch (context.options.fence) {
        case FencePolicy::events:
            return;
        case FencePolicy::scheduler:
            context.report.notes.emplace_back(
                "event_scheduler of the source stays OFF: switched on, it would run the events a "
                "second time");
            return;
        case FencePolicy::none:
            context.report.notes.emplace_back(
                "the source was not fenced: its events run on both sides now");
            return;
    }
}

Result<void> count_entries(ReleaseContext& context) {
    PENSTOCK_ASSIGN(const std::vector<Entry> entries,
                    read_entries(context.destination, context.options.task));
    context.report.released = 0;
    context.report.skipped = 0;
    for (const Entry& entry : entries) {
        if (entry.state == EntryState::released) ++context.report.released;
        if (entry.state == EntryState::skipped_expired) ++context.report.skipped;
    }
    return {};
}

Result<void> open(ReleaseContext& context) {
    PENSTOCK_TRY(settle_latecomers(context));
    PENSTOCK_TRY(check_destination_scheduler(context));
    note_fence(context);
    PENSTOCK_TRY(count_entries(context));
    std::string message = fmt::format("{} events released, {} skipped", context.report.released,
                                      context.report.skipped);
    for (const std::string& note : context.report.notes) message += "; " + note;
    context.announce("open");
    PENSTOCK_TRY(context.owned([&]() -> Result<void> {
        return open_gate(context.destination, context.options.task, message);
    }));
    context.state = GateState::open;
    context.announce("opened");
    context.report.outcome = ReleaseOutcome::opened;
    return {};
}

Result<void> release_events(ReleaseContext& context) {
    PENSTOCK_ASSIGN(const bool under_way, any_enabled(context));
    PENSTOCK_TRY(create_events(context));
    if (!under_way) {  // the last look before the point of no return
        PENSTOCK_TRY(context.check_interruption());
        PENSTOCK_ASSIGN(const auto source, read_unchanged_source(context));
        static_cast<void>(source);
    }
    PENSTOCK_TRY(enable_events(context));
    return open(context);
}

Result<void> begin(ReleaseContext& context) {
    return context.move(GateMove::arm, fmt::format("fence={}, message='', step=''",
                                                   literal(to_string(context.options.fence))));
}

// The work of the present state, and the move to the next one.
Result<void> step(ReleaseContext& context) {
    const bool can_withdraw =
        context.state != GateState::releasing && context.state != GateState::failed;
    if (can_withdraw) PENSTOCK_TRY(context.check_interruption());
    switch (context.state) {
        case GateState::holding:
            return begin(context);
        case GateState::armed:
            PENSTOCK_TRY(rehearse(context));
            context.announce("rehearsed");
            return context.move(GateMove::fence);
        case GateState::fencing:
            PENSTOCK_TRY(fence_source(context));
            context.announce("fenced");
            return context.move(GateMove::drain);
        case GateState::draining:
            PENSTOCK_TRY(drain_source(context));
            context.announce("drained");
            if (context.with_stream) return context.move(GateMove::prove);
            return reconcile_and_release(context);
        case GateState::proving:
            PENSTOCK_TRY(prove(context));
            context.announce("proved");
            return reconcile_and_release(context);
        case GateState::releasing:
            return release_events(context);
        case GateState::failed:
            return context.move(GateMove::retry, "message=''");
        case GateState::open:
            return {};
    }
    return {};
}

// The gate stops where it is when events are enabled already; a new request takes it up again.
Result<void> stop_failed(ReleaseContext& context, const Error& error) {
    return context.move(GateMove::fail,
                        fmt::format("requested_at=NULL, message={}", literal(error.to_string())));
}

// Decides what becomes of a failed step. An error of its own: returned, nothing is changed.
Result<void> handle_failure(ReleaseContext& context, const Error& error) {
    const bool elsewhere = error.code == error_lost_race || context.state == GateState::failed;
    if (error.kind == ErrorKind::transient || elsewhere) {
        return tl::unexpected<Error>(error);
    }
    if (context.state == GateState::releasing) {
        PENSTOCK_ASSIGN(const bool enabled, any_enabled(context));
        if (enabled) {
            if (error.kind != ErrorKind::cancelled) PENSTOCK_TRY(stop_failed(context, error));
            return tl::unexpected<Error>(error);
        }
    }
    base::log_warning("gate", "release withdrawn in {}: {}", to_string(context.state),
                      error.to_string());
    context.report.blocker = error;
    PENSTOCK_TRY(begin_withdrawal(context, error));
    return finish_withdrawal(context);
}

Result<ReleaseReport> carry_out(ReleaseContext& context) {
    while (context.report.outcome == ReleaseOutcome::not_requested) {
        context.announce(std::string(to_string(context.state)));
        if (Result<void> done = step(context); !done) {
            PENSTOCK_TRY(handle_failure(context, done.error()));
        }
    }
    return std::move(context.report);
}

Result<ReleaseReport> resume(ReleaseContext& context) {
    PENSTOCK_ASSIGN(const GateRow gate, gate_of(context));
    context.state = gate.state;
    if (gate.state == GateState::open) {
        context.report.outcome = ReleaseOutcome::already_open;
        return std::move(context.report);
    }
    if (gate.withdrawing) {
        context.report.blocker = Error{ErrorKind::definite, error_withdrawn, gate.message, {}};
        PENSTOCK_TRY(finish_withdrawal(context));
        return std::move(context.report);
    }
    const bool idle = gate.state == GateState::holding || gate.state == GateState::failed;
    if (idle && gate.requested_at.empty()) return std::move(context.report);
    return carry_out(context);
}

}  // namespace

Result<ReleaseReport> release(mysql::Connection& source, mysql::Connection& destination,
                              const ReleaseOptions& options, const ReleaseCallbacks& callbacks) {
    ReleaseContext context{source, destination, options, callbacks, true, GateState::holding, {}};
    return resume(context);
}

Result<ReleaseReport> release_without_gate(mysql::Connection& source,
                                           mysql::Connection& destination,
                                           const ReleaseOptions& options,
                                           const ReleaseCallbacks& callbacks) {
    ReleaseContext context{source, destination, options, callbacks, false, GateState::holding, {}};
    PENSTOCK_ASSIGN(const GateRow gate, gate_of(context));
    if (gate.state == GateState::holding && gate.requested_at.empty() && !gate.withdrawing) {
        PENSTOCK_TRY(request_release(destination, options.task, "the task itself",
                                     "a task without incremental write"));
    }
    return resume(context);
}

}  // namespace penstock::gate
