#include "apply/applier.h"

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "apply/errors.h"
#include "apply/grouper.h"
#include "apply/limits.h"
#include "apply/piece_writer.h"
#include "base/assert.h"
#include "base/errors.h"
#include "base/log.h"
#include "relay/errors.h"

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

}  // namespace

// The hand-over of one attempt.
struct Applier::Attempt {
    base::BoundedQueue<Piece> queue{pieces_waiting_max};
    std::atomic<std::uint64_t> in_flight{0};  // pieces emitted and not yet executed
    std::optional<Error> grouping_error;      // read after the grouping thread was joined
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
    PENSTOCK_ASSIGN(PieceWriter writer,
                    PieceWriter::open({options_.destination, options_.task, options_.token,
                                       options_.databases, options_.hold}));
    PENSTOCK_ASSIGN(const std::optional<Checkpoint> from, writer.load_checkpoint());
    if (!from) {
        return fail(ErrorKind::definite, error_checkpoint,
                    "task " + options_.task + " has no checkpoint in the destination",
                    "was penstock.checkpoint emptied? Begin the task anew");
    }
    publish(*from);
    Attempt attempt;
    std::jthread grouping([&](const std::stop_token& grouping_stop) {
        const Result<void> done = group(*from, attempt, grouping_stop);
        if (!done) attempt.grouping_error = done.error();
        attempt.queue.close();
    });
    const std::stop_callback forward(stop, [&] { grouping.request_stop(); });
    const Result<void> written = write(writer, attempt, stop);
    grouping.request_stop();
    grouping.join();
    if (!written) return written;
    if (attempt.grouping_error) return tl::unexpected<Error>(*attempt.grouping_error);
    return {};
}

Result<void> Applier::write(PieceWriter& writer, Attempt& attempt, const std::stop_token& stop) {
    while (true) {
        std::optional<Piece> piece = attempt.queue.pop(stop);
        if (!piece) return {};
        PENSTOCK_TRY(writer.execute(*piece));
        if (piece->next) {
            ++stats_.units;
            publish(*piece->next);
        }
        --attempt.in_flight;
    }
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
    Grouper grouper({options_.task, options_.token, options_.databases, options_.group_bytes,
                     options_.group_transactions, options_.overlap},
                    from, [&](Piece piece) -> Result<void> {
                        ++attempt.in_flight;
                        if (attempt.queue.push(std::move(piece), stop)) return {};
                        return tl::unexpected<Error>(cancelled());
                    });
    StreamDecoder decoder(from.applied, grouper);
    PENSTOCK_TRY(decoder.start(reader.format_description()));
    while (true) {
        PENSTOCK_ASSIGN(std::optional<relay::RelayEvent> event, reader.try_next());
        if (!event && grouper.has_waiting()) {
            // Nothing more is there now: hand over what is, as soon as the writer is idle.
            if (attempt.in_flight == 0) {
                PENSTOCK_TRY(grouper.close_unit());
            } else {
                pause(idle_poll, stop);
            }
            if (stop.stop_requested()) return tl::unexpected<Error>(cancelled());
            continue;
        }
        if (!event) {
            PENSTOCK_ASSIGN(event, reader.next(stop));
        } else if (stop.stop_requested()) {
            return tl::unexpected<Error>(cancelled());
        }
        PENSTOCK_TRY(decoder.feed(*event));
        stats_.statements_ignored = grouper.ignored_statements();
    }
}

}  // namespace penstock::apply
