#include "task/full_phase.h"

#include <fmt/format.h>
#include <thread>
#include <utility>

#include "apply/checkpoint.h"
#include "apply/name_watch.h"
#include "base/log.h"
#include "mysql/binlog_status.h"
#include "penstock/gtid_set.h"
#include "snapshot/full_migration.h"

namespace penstock::task {
namespace {

using mysql::Connection;

void show(const snapshot::CopyStats& stats, TaskProgress& progress) {
    progress.set(ModuleId::full_migration, stats.rows_done.load(), stats.rows_estimated.load());
    progress.set_bytes(ModuleId::full_migration, stats.bytes_done.load());
    progress.set_note(
        ModuleId::full_migration,
        fmt::format("{} of {} tables", stats.tables_done.load(), stats.tables_total.load()));
    Totals totals = progress.snapshot().totals;
    totals.rows_copied = stats.rows_done.load();
    totals.bytes_copied = stats.bytes_done.load();
    progress.set_totals(totals);
}

// Everything that a chunk may have shown was in the binlog before the chunk was read, so a position
// asked for after the last chunk bounds the overlap.
Result<void> fix_overlap_end(LiveTask& task) {
    PENSTOCK_ASSIGN(Connection source, Connection::open(task.spec().source.endpoint));
    PENSTOCK_ASSIGN(const mysql::BinlogStatus status, mysql::binlog_status(source));
    const BinlogPosition end{status.file, status.position};
    PENSTOCK_TRY(save_overlap_end(task.destination(), task.spec().name, task.record().token, end));
    task.record().overlap_end = end;
    return {};
}

// Without a stream to reconcile with, the copy is only of one moment if nothing was written.
Result<void> warn_if_written_to(LiveTask& task) {
    PENSTOCK_ASSIGN(Connection source, Connection::open(task.spec().source.endpoint));
    PENSTOCK_ASSIGN(const auto now, source.query_value("SELECT @@GLOBAL.gtid_executed"));
    PENSTOCK_ASSIGN(GtidSet written, GtidSet::parse(now.value_or("")));
    PENSTOCK_ASSIGN(const GtidSet start, GtidSet::parse(*task.record().start_gtid_set));
    written.subtract(start);
    if (!written.empty()) {
        base::log_warning("task",
                          "the source executed {} transactions during the copy, which a task "
                          "without incremental part does not carry over: compare with "
                          "\"penstock verify\", or add the incremental module",
                          written.count());
    }
    return {};
}

// Copies, and stops at once when the stream shows a statement that the copy can't be reconciled
// with.
Result<void> copy_while_watching(LiveTask& task, snapshot::FullMigration& migration,
                                 const apply::TableNames& names, const std::stop_token& stop) {
    if (!task.spec().modules.incremental) return migration.run(stop);
    PENSTOCK_ASSIGN(const auto checkpoint,
                    apply::peek_checkpoint(task.destination(), task.spec().name));
    if (!checkpoint) return migration.run(stop);  // incremental write will say what is missing
    std::stop_source copying;
    const std::stop_callback forward(stop, [&] { copying.request_stop(); });
    Result<void> watched;
    std::jthread watching([&](const std::stop_token& watching_stop) {
        watched = apply::watch_names(*task.relay(), checkpoint->position, checkpoint->applied,
                                     names, watching_stop);
        if (!watched) copying.request_stop();
    });
    const Result<void> copied = migration.run(copying.get_token());
    watching.request_stop();
    watching.join();
    return watched ? copied : watched;
}

}  // namespace

Result<void> run_full_migration(LiveTask& task, const std::stop_token& stop) {
    const TaskSpec& spec = task.spec();
    task.progress().begin(ModuleId::full_migration, "rows");
    PENSTOCK_ASSIGN(std::vector<schema::TableDefinition> tables,
                    task.objects().tables_for_copy(task.destination()));
    apply::TableNames names;
    for (const schema::TableDefinition& table : tables) names.emplace(table.schema, table.name);
    snapshot::FullMigrationOptions options;
    options.connections = spec.full.connections;
    options.chunk_rows = spec.full.chunk_rows;
    snapshot::FullMigration migration(options, spec.source.endpoint, spec.destination,
                                      {spec.name, task.record().token}, std::move(tables));
    {
        const auto watch = task.reporter().watch(
            [&](TaskProgress& progress) { show(migration.stats(), progress); });
        PENSTOCK_TRY(copy_while_watching(task, migration, names, stop));
    }
    // The estimate was the source's statistics; now the number is known.
    task.progress().set(ModuleId::full_migration, migration.stats().rows_done.load(),
                        migration.stats().rows_done.load());
    return spec.modules.incremental ? fix_overlap_end(task) : warn_if_written_to(task);
}

}  // namespace penstock::task
