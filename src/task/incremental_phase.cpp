#include "task/incremental_phase.h"

#include <fmt/format.h>
#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "snapshot/copy_ledger.h"

namespace penstock::task {
namespace {

using mysql::Connection;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds tick{100};
constexpr std::chrono::milliseconds lag_interval{500};
constexpr std::chrono::milliseconds purge_interval{1000};

double seconds_since(std::uint64_t timestamp_us) {
    if (timestamp_us == 0) return 0;
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    const auto then = static_cast<std::int64_t>(timestamp_us);
    return now.count() <= then ? 0 : static_cast<double>(now.count() - then) / 1e6;
}

void wait(std::chrono::milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace

IncrementalPhase::IncrementalPhase(LiveTask& task, Until until) : task_(task), until_(until) {
    lag_.seconds = std::numeric_limits<double>::infinity();
}

Result<apply::Overlap> IncrementalPhase::overlap() {
    apply::Overlap overlap;
    if (const auto& end = task_.record().overlap_end) overlap.end = {end->file, end->position};
    PENSTOCK_ASSIGN(const auto parts, snapshot::load_parts(task_.destination(), task_.spec().name));
    for (const snapshot::Part& part : parts) overlap.tables.emplace(part.schema, part.table);
    PENSTOCK_ASSIGN(const auto keyless,
                    snapshot::load_keyless_snapshots(task_.destination(), task_.spec().name));
    for (const snapshot::KeylessSnapshot& table : keyless) {
        PENSTOCK_ASSIGN(overlap.keyless[std::make_pair(table.schema, table.table)],
                        GtidSet::parse(table.gtid_set));
    }
    return overlap;
}

Result<void> IncrementalPhase::run(const std::stop_token& stop) {
    const TaskSpec& spec = task_.spec();
    apply::ApplierOptions options;
    options.destination = spec.destination;
    options.task = spec.name;
    options.token = task_.record().token;
    options.databases = task_.databases();
    options.mode = spec.incremental.mode;
    options.pipeline_depth = spec.incremental.pipeline_depth;
    options.decode_workers = spec.incremental.decode_workers;
    options.group_bytes = spec.incremental.group_bytes;
    options.group_transactions = spec.incremental.group_transactions;
    PENSTOCK_ASSIGN(options.overlap, overlap());
    options.hold = [ledger = &task_.gate_ledger()](
                       Connection& transaction, const schema::StreamStatement& stream,
                       const schema::Statement& statement) -> Result<void> {
        PENSTOCK_ASSIGN(const gate::HoldEffect effect,
                        ledger->hold(transaction, stream, statement));
        base::log_info("gate", "event statement {}: {}", gate::to_string(effect),
                       stream.sql.substr(0, 120));
        return {};
    };
    apply::Applier applier(std::move(options), *task_.relay());
    task_.progress().begin(ModuleId::incremental_write, "transactions");
    begun_ = steady_clock::now();
    const auto watch =
        task_.reporter().watch([&](TaskProgress& progress) { show(applier, progress); });
    applier.start();
    const Result<void> followed = follow(applier, stop);
    applier.request_stop();
    applier.join();
    return followed;
}

Result<void> IncrementalPhase::follow(apply::Applier& applier, const std::stop_token& stop) {
    GatePhase gate(task_, applier);
    const auto watch = task_.reporter().watch([&](TaskProgress& progress) { gate.show(progress); });
    while (!stop.stop_requested()) {
        PENSTOCK_TRY(check(applier));
        measure_lag(applier);
        purge_relay(applier);
        PENSTOCK_TRY(gate.step(lag_));
        PENSTOCK_ASSIGN(const bool done, reached(gate));
        if (done) return files_complete_ ? finish_files(applier) : Result<void>{};
        wait(tick, stop);
    }
    return fail(ErrorKind::cancelled, base::error_cancelled, "stopped");
}

Result<void> IncrementalPhase::check(const apply::Applier& applier) {
    PENSTOCK_TRY(task_.check_capture());
    if (const auto error = applier.error()) return tl::unexpected<Error>(*error);
    return {};
}

Result<bool> IncrementalPhase::reached(GatePhase& gate) const {
    switch (until_) {
        case Until::stopped:
            return files_complete_ && caught_up_.load();
        case Until::caught_up:
            return caught_up_.load();
        case Until::events_migrated:
            return gate.is_open();
    }
    return false;
}

// Lag zero here is for displays and for `until`: what the source had executed a moment ago is
// contained in the destination. The gate proves it anew, with a marker.
void IncrementalPhase::measure_lag(const apply::Applier& applier) {
    const auto now = steady_clock::now();
    if (now - measured_at_ < lag_interval) return;
    measured_at_ = now;
    const auto executed = executed_on_source();
    const auto applied = applier.applied();
    if (!executed || !applied) {
        caught_up_ = false;
        lag_.caught_up = false;  // not known: never taken for zero
        lag_.seconds = std::numeric_limits<double>::infinity();
        return;
    }
    GtidSet behind = *executed;
    behind.subtract(applied->applied);
    LagProgress lag;
    lag.transactions = behind.count();
    lag.caught_up = lag.transactions == 0;
    if (lag.caught_up) {
        last_caught_up_ = now;
    } else {
        // After a quiet time the last transaction is old, but the lag is young.
        const std::chrono::duration<double> since = now - last_caught_up_;
        lag.seconds = std::min(seconds_since(applied->timestamp_us), since.count());
        lag.bytes = task_.relay()->bytes_after(applied->position);
    }
    lag_transactions_ = lag.transactions;
    caught_up_ = lag.caught_up;
    lag_ = lag;
    task_.progress().set_lag(lag);
}

// All files are applied, to the last whole transaction.
Result<void> IncrementalPhase::finish_files(const apply::Applier& applier) {
    const auto torn = task_.files_read().torn;
    if (const auto applied = applier.applied()) {
        base::log_info("task",
                       "{} binlog files of {} is applied: {} transactions, {} row changes, {} "
                       "statements; the destination has {}",
                       torn ? "what is whole in the" : "all of the",
                       task_.spec().source.files->place.string(), applied->transactions,
                       applied->row_changes, applied->statements, applied->applied.to_string());
    }
    if (torn) return tl::unexpected<Error>(*torn);
    PENSTOCK_TRY(task_.finish(ModuleId::incremental_capture));
    return task_.finish(ModuleId::incremental_write);
}

void IncrementalPhase::purge_relay(const apply::Applier& applier) {
    const auto now = steady_clock::now();
    if (now - purged_at_ < purge_interval) return;
    purged_at_ = now;
    if (const auto applied = applier.applied()) task_.purge_relay(applied->position);
}

std::optional<GtidSet> IncrementalPhase::executed_on_source() {
    if (task_.spec().source.files) {
        capture::FilesRead read = task_.files_read();
        files_complete_ = read.complete;
        if (!read.at_end) return std::nullopt;  // more is known to come
        return std::move(read.executed);
    }
    if (!source_) {
        auto opened = Connection::open(task_.spec().source.endpoint);
        if (!opened) {
            base::log_debug("task", "lag not measured: {}", opened.error().text);
            return std::nullopt;
        }
        source_ = std::move(*opened);
    }
    const auto text = source_->query_value("SELECT @@GLOBAL.gtid_executed");
    if (!text) {
        source_.reset();
        return std::nullopt;
    }
    auto set = GtidSet::parse(text->value_or(""));
    if (!set) return std::nullopt;
    return std::move(*set);
}

void IncrementalPhase::show(const apply::Applier& applier, TaskProgress& progress) {
    const auto applied = applier.applied();
    if (!applied) return;
    progress.set(ModuleId::incremental_write, applied->transactions,
                 applied->transactions + lag_transactions_.load());
    std::string note;
    if (const auto trouble = applier.trouble())
        note = "retrying: " + trouble->text;
    else if (caught_up_.load())
        note = "caught up";
    progress.set_note(ModuleId::incremental_write, std::move(note));
    progress.set_apply(
        count(task_.spec().incremental.mode, applier.stats(), begun_, steady_clock::now()));
    Totals totals = progress.snapshot().totals;
    totals.transactions_applied = applied->transactions;
    totals.rows_applied = applied->row_changes;
    totals.ddl_applied = applied->statements;
    progress.set_totals(totals);
}

}  // namespace penstock::task
