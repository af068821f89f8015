#include "apply/applier.h"

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "apply/destination_catalogue.h"
#include "apply/errors.h"
#include "apply/grouper.h"
#include "apply/limits.h"
#include "apply/piece_queue.h"
#include "apply/piece_writer.h"
#include "base/assert.h"
#include "base/errors.h"
#include "base/log.h"
#include "relay/errors.h"
#include "relay/segment_window.h"

namespace penstock::apply {
namespace {

Error cancelled() {
    return Error{ErrorKind::cancelled, base::error_cancelled, "stopped", {}};
}

// Waits, or less when stopped.
void pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, duration, [] { return false; });
}

void note_depth(const PieceQueue& queue, ApplyStats& stats) {
    const PieceQueue::Depth depth = queue.depth();
    stats.queued_pieces = depth.pieces;
    stats.queued_bytes = depth.bytes;
}

}  // namespace

// The hand-over of one attempt.
struct Applier::Attempt {
    PieceQueue queue{pieces_waiting_max, piece_bytes_waiting_max};
    std::optional<Error> grouping_error;  // read after the grouping thread was joined
    bool definitions_change = false;      // DDL may be under way; of the grouping thread
};

Applier::Applier(ApplierOptions options, const relay::RelayLog& relay)
    : options_(std::move(options)), relay_(relay) {}

Applier::~Applier() {
    PENSTOCK_ASSERT(!thread_.joinable());
}

void Applier::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}
void Applier::request_stop() {
    thread_.request_stop();
}
void Applier::join() {
    if (thread_.joinable()) thread_.join();
}

std::optional<Checkpoint> Applier::applied() const {
    const std::lock_guard lock(mutex_);
    return applied_;
}
std::uint64_t Applier::missing(GtidSet set) const {
    const std::lock_guard lock(mutex_);
    if (applied_) set.subtract(applied_->applied);
    return set.count();
}
std::optional<Error> Applier::error() const {
    const std::lock_guard lock(mutex_);
    return error_;
}
std::optional<Error> Applier::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}
void Applier::publish(const Checkpoint& checkpoint) {
    const std::lock_guard lock(mutex_);
    applied_ = checkpoint;
    trouble_.reset();
}
void Applier::set_trouble(std::optional<Error> trouble) {
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(trouble);
}

void Applier::run(const std::stop_token& stop) {
    auto wait = retry_pause_first;
    while (!stop.stop_requested()) {
        const std::uint64_t units_before = stats_.units.load();
        const Result<void> done = attempt(stop);
        if (done || done.error().kind == ErrorKind::cancelled) return;
        if (done.error().kind != ErrorKind::transient) {
            const std::lock_guard lock(mutex_);
            error_ = done.error();
            return;
        }
        if (stats_.units.load() != units_before) wait = retry_pause_first;
        base::log_warning("apply", "{}; trying again", done.error().text);
        set_trouble(done.error());
        ++stats_.retries;
        pause(wait, stop);
        wait = std::min(wait * 2, retry_pause_max);
    }
}

Result<void> Applier::attempt(const std::stop_token& stop) {
    Attempt attempt;
    const auto settled = [&](const Checkpoint* next) {
        if (next != nullptr) publish(*next);
        attempt.queue.settle();
    };
    PENSTOCK_ASSIGN(
        const std::unique_ptr<PieceWriter> writer,
        PieceWriter::open({options_.destination, options_.task, options_.token, options_.databases,
                           options_.hold, options_.pipeline_depth, settled},
                          stats_));
    const std::optional<Checkpoint>& from = writer->checkpoint();
    if (!from) {
        return fail(ErrorKind::definite, error_checkpoint,
                    "task " + options_.task + " has no checkpoint in the destination",
                    "was penstock.checkpoint emptied? Begin the task anew");
    }
    publish(*from);
    std::jthread grouping([&](const std::stop_token& grouping_stop) {
        const Result<void> done = group(*from, attempt, grouping_stop);
        if (!done) attempt.grouping_error = done.error();
        attempt.queue.close();
    });
    const std::stop_callback forward(stop, [&] { grouping.request_stop(); });
    const Result<void> written = write(*writer, attempt, stop);
    grouping.request_stop();
    grouping.join();
    if (!written) return written;
    if (attempt.grouping_error) return tl::unexpected<Error>(*attempt.grouping_error);
    return {};
}

Result<void> Applier::write(PieceWriter& writer, Attempt& attempt, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::optional<Piece> piece = attempt.queue.try_pop();
        if (!piece && !writer.idle()) {
            PENSTOCK_TRY(writer.settle_oldest());
            continue;
        }
        if (!piece) {
            const base::WaitTime::Scope starved(stats_.writing_starved);
            piece = attempt.queue.pop(stop);
        }
        note_depth(attempt.queue, stats_);
        if (!piece) break;
        PENSTOCK_TRY(writer.execute(std::move(*piece)));
    }
    return writer.drain();
}

Result<void> Applier::group(const Checkpoint& from, Attempt& attempt, const std::stop_token& stop) {
    relay::Reader reader(relay_);
    while (true) {
        // After the relay log was lost it is fetched again: the place may not be there yet.
        const Result<void> opened = reader.open(from.position);
        if (opened) break;
        const bool not_yet = opened.error().code == relay::error_no_such_position &&
                             relay_.durable_end() < from.position;
        if (!not_yet) return opened;
        if (stop.stop_requested()) return tl::unexpected<Error>(cancelled());
        pause(std::chrono::milliseconds(100), stop);
    }
    return follow(reader, from, attempt, stop);
}

Result<void> Applier::follow(relay::Reader& reader, const Checkpoint& from, Attempt& attempt,
                             const std::stop_token& stop) {
    DestinationCatalogue catalogue(options_.destination);
    const bool is_merged = options_.mode == Mode::merged;
    Grouper grouper({options_.task, options_.token, options_.databases, options_.mode,
                     options_.group_bytes, options_.group_transactions, options_.overlap,
                     is_merged ? merged_unit_age_max : unit_age_max,
                     [&](const std::string& schema, const std::string& table) {
                         return read_table(catalogue, schema, table, attempt, stop);
                     }},
                    from, [&](Piece piece) -> Result<void> {
                        if (piece.kind == PieceKind::ddl) attempt.definitions_change = true;
                        const base::WaitTime::Scope blocked(stats_.grouping_blocked);
                        const bool pushed = attempt.queue.push(std::move(piece), stop);
                        note_depth(attempt.queue, stats_);
                        if (pushed) return {};
                        return tl::unexpected<Error>(cancelled());
                    });
    StreamDecoder decoder(from.applied, grouper);
    DecodeAhead events(reader, options_.decode_workers, stats_.decode);
    while (!stop.stop_requested()) {
        PENSTOCK_ASSIGN(std::optional<DecodedEvent> event, events.try_next());
        if (!event && grouper.has_waiting()) {
            PENSTOCK_TRY(await_more(grouper, attempt, stop));
            continue;
        }
        if (!event) {
            const base::WaitTime::Scope starved(stats_.grouping_starved);
            PENSTOCK_ASSIGN(event, events.next(stop));
        }
        PENSTOCK_TRY(decoder.feed(*event));
        if (event->start == relay::first_event_offset && event->file != grouper.position().file) {
            PENSTOCK_TRY(grouper.enter_file({std::string(event->file), event->start}));
        }
        stats_.statements_ignored = grouper.ignored_statements();
        stats_.rows_kept_in_order = grouper.rows_kept_in_order();
    }
    return tl::unexpected<Error>(cancelled());
}

// DDL is executed by the writing thread: until it is, the destination says how tables were before.
Result<DestinationTable> Applier::read_table(DestinationCatalogue& catalogue,
                                             const std::string& schema, const std::string& table,
                                             Attempt& attempt, const std::stop_token& stop) {
    if (attempt.definitions_change) {
        while (attempt.queue.under_way() > 0) {
            if (stop.stop_requested()) return tl::unexpected<Error>(cancelled());
            attempt.queue.wait_until_below(1, settled_poll, stop);
        }
        catalogue.forget();
        attempt.definitions_change = false;
    }
    return catalogue.read(schema, table);
}

// Nothing more is there now. What waits is handed over as soon as the writer has need of it, or it
// has waited long enough.
Result<void> Applier::await_more(Grouper& grouper, Attempt& attempt, const std::stop_token& stop) {
    if (grouper.is_old() || attempt.queue.under_way() < pieces_under_way_enough) {
        return grouper.close_unit();
    }
    const base::WaitTime::Scope blocked(stats_.grouping_blocked);
    attempt.queue.wait_until_below(pieces_under_way_enough, idle_poll, stop);
    return {};
}

}  // namespace penstock::apply
