#include "task/live_task.h"

#include <fmt/format.h>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "apply/checkpoint.h"
#include "base/errors.h"
#include "base/log.h"
#include "mysql/binlog_status.h"
#include "snapshot/copy_ledger.h"
#include "task/errors.h"
#include "task/former_owner.h"

namespace penstock::task {
namespace {

using mysql::Connection;

constexpr std::chrono::milliseconds first_bytes_poll{20};

Result<std::string> source_uuid_of(const SourceSpec& source) {
    if (source.files) return uuid_of_files;
    PENSTOCK_ASSIGN(Connection connection, Connection::open(source.endpoint));
    PENSTOCK_ASSIGN(const auto uuid, connection.query_value("SELECT @@server_uuid"));
    return uuid.value_or("");
}

void show_capture(const capture::Capture& capture, TaskProgress& progress) {
    const auto& stats = capture.stats();
    progress.set(ModuleId::incremental_capture, stats.bytes.load(), 0);
    progress.set_bytes(ModuleId::incremental_capture, stats.bytes.load());
    Totals totals = progress.snapshot().totals;
    totals.bytes_captured = stats.bytes.load();
    progress.set_totals(totals);
    std::string note = capture::to_string(stats.state.load());
    const std::string pause = capture.pause();
    const auto trouble = capture.trouble();
    if (!pause.empty()) {
        note += ": " + pause;
    } else if (trouble) {
        note += ": " + trouble->text;
    }
    progress.set_note(ModuleId::incremental_capture, std::move(note));
}

void show_relay(const relay::RelayLog& relay, const capture::Capture& capture,
                TaskProgress& progress) {
    const relay::RelayLog::Purged purged = relay.purged();
    RelayProgress shown;
    shown.bytes = relay.bytes();
    shown.segments = relay.segments().size();
    shown.free_bytes = relay.room().bytes();
    shown.paused_seconds = static_cast<double>(capture.stats().paused_ms.load()) / 1000;
    shown.purged_bytes = purged.bytes;
    shown.purged_segments = purged.segments;
    shown.fed_from_memory_bytes = relay.fed().from_memory.load();
    shown.fed_from_disk_bytes = relay.fed().from_disk.load();
    progress.set_relay(shown);
}

}  // namespace

LiveTask::LiveTask(const TaskSpec& spec, TaskProgress& progress, RunLock lock,
                   Connection destination, TaskRecord record, schema::ObjectLedger objects)
    : spec_(spec),
      progress_(progress),
      lock_(std::move(lock)),
      destination_(std::move(destination)),
      record_(std::move(record)),
      objects_(std::move(objects)),
      gate_ledger_({spec.name, spec.databases, spec.migrate_events, spec.gate.fence}),
      reporter_(std::make_unique<Reporter>(progress, lock_.connection(), record_.token)) {}

LiveTask::~LiveTask() {
    stop_capture();
}

Result<std::unique_ptr<LiveTask>> LiveTask::open(const TaskSpec& spec, TaskProgress& progress) {
    PENSTOCK_ASSIGN(const std::string source_uuid, source_uuid_of(spec.source));
    PENSTOCK_ASSIGN(RunLock lock, RunLock::acquire(spec.destination, spec.name));
    PENSTOCK_ASSIGN(Connection destination, Connection::open(spec.destination));
    PENSTOCK_TRY(
        end_former_connections(destination, spec.name, {lock.connection().id(), destination.id()}));
    PENSTOCK_TRY(create_store(destination));
    PENSTOCK_TRY(apply::create_checkpoint_tables(destination));
    PENSTOCK_TRY(snapshot::create_copy_table(destination));
    PENSTOCK_ASSIGN(schema::ObjectLedger objects,
                    schema::ObjectLedger::open(destination, spec.name));
    PENSTOCK_ASSIGN(TaskRecord record,
                    take_over(destination, {spec.name, to_string(spec.kind), source_uuid},
                              [&](Connection& transaction, const TaskRecord& taken) {
                                  return apply::retoken_checkpoint(transaction, spec.name,
                                                                   taken.token);
                              }));
    for (std::size_t i = 0; i < module_count; ++i) {
        if (record.modules[i].state != ModuleState::waiting) {
            progress.restore(static_cast<ModuleId>(i), record.modules[i]);
        }
    }
    const ModuleProgress& copied =
        record.modules[static_cast<std::size_t>(ModuleId::full_migration)];
    Totals totals;
    totals.rows_copied = copied.done;
    totals.bytes_copied = copied.bytes;
    progress.set_totals(totals);
    std::unique_ptr<LiveTask> task(new LiveTask(spec, progress, std::move(lock),
                                                std::move(destination), std::move(record),
                                                std::move(objects)));
    PENSTOCK_TRY(task->gate_ledger_.prepare(task->destination_));
    if (spec.modules.incremental) {
        PENSTOCK_ASSIGN(task->relay_,
                        relay::RelayLog::open({spec.relay.directory.string(),
                                               {spec.name, task->record_.task_uuid, source_uuid},
                                               spec.relay.retention,
                                               spec.relay.budget}));
    }
    return task;
}

Result<void> LiveTask::check_fence(Connection& destination) const {
    return task::check_fence(destination, spec_.name, record_.token);
}

bool LiveTask::is_done(ModuleId id) const {
    const ModuleState state = record_.modules[static_cast<std::size_t>(id)].state;
    return state == ModuleState::done || state == ModuleState::skipped;
}

Result<void> LiveTask::finish(ModuleId id, ModuleState state) {
    progress_.finish(id, state);
    record_.modules[static_cast<std::size_t>(id)].state = state;
    return reporter_->store();
}

// Where capture begins if the relay log is empty: at the file of the checkpoint, else at the file
// that the source is writing now; of binlog files empty, as capture finds out by their GTIDs.
Result<std::string> LiveTask::start_file() {
    PENSTOCK_ASSIGN(const auto checkpoint, apply::peek_checkpoint(destination_, spec_.name));
    if (checkpoint && !checkpoint->position.empty()) return checkpoint->position.file;
    if (spec_.source.files) return std::string();
    PENSTOCK_ASSIGN(Connection source, Connection::open(spec_.source.endpoint));
    PENSTOCK_ASSIGN(const mysql::BinlogStatus status, mysql::binlog_status(source));
    return status.file;
}

Result<void> LiveTask::start_capture(const std::stop_token& stop) {
    capture::CaptureOptions options;
    if (const auto& files = spec_.source.files) {
        options.files =
            capture::FileSource{files->place.string(), files->start_gtids, files->follow};
    }
    options.source = spec_.source.endpoint;
    options.server_id = spec_.source.server_id;
    options.replica_uuid = record_.task_uuid;
    PENSTOCK_ASSIGN(options.start_file, start_file());
    progress_.begin(ModuleId::incremental_capture, "bytes");
    capture_ = std::make_unique<capture::Capture>(std::move(options), *relay_);
    capture_->start();
    const auto begun = std::chrono::steady_clock::now();
    capture_watch_ = reporter_->watch([this, begun](TaskProgress& progress) {
        show_capture(*capture_, progress);
        progress.set_capture(
            count(capture_->stats(), *relay_, begun, std::chrono::steady_clock::now()));
        show_relay(*relay_, *capture_, progress);
    });
    while (relay_->durable_end().empty()) {
        PENSTOCK_TRY(check_capture());
        if (stop.stop_requested()) {
            return fail(ErrorKind::cancelled, base::error_cancelled, "stopped");
        }
        std::this_thread::sleep_for(first_bytes_poll);
    }
    base::log_info("task", "capturing into {} by {}", relay_->directory(), capture_->io_backend());
    return {};
}

void LiveTask::purge_relay(const relay::Position& applied) {
    const auto purged = relay_->purge(applied);
    if (!purged) base::log_warning("task", "{}", purged.error().to_string());
}

void LiveTask::stop_capture() {
    if (!capture_) return;
    capture_->request_stop();
    capture_->join();
    capture_watch_ = {};
    capture_.reset();
}

capture::FilesRead LiveTask::files_read() const {
    return capture_ ? capture_->files_read() : capture::FilesRead{};
}

Result<void> LiveTask::check_capture() const {
    if (!capture_) return {};
    if (const auto error = capture_->error()) return tl::unexpected<Error>(*error);
    return {};
}

}  // namespace penstock::task
