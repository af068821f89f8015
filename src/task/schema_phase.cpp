#include "task/schema_phase.h"

#include "apply/checkpoint.h"
#include "base/log.h"
#include "schema/catalogue.h"
#include "schema/waves.h"

namespace penstock::task {
namespace {

using mysql::Connection;

using Wave = Result<void> (*)(Connection&, const schema::ObjectLedger&, const schema::WaveOptions&);

Result<void> run_wave(LiveTask& task, ModuleId id, Wave wave, const std::stop_token& stop) {
    task.progress().begin(id, "objects");
    schema::WaveProgress progress;
    const auto watch = task.reporter().watch([&progress, id](TaskProgress& shown) {
        shown.set(id, progress.done.load(), progress.objects.load());
    });
    // Waves change the default schema: a connection of their own.
    PENSTOCK_ASSIGN(Connection destination, Connection::open(task.spec().destination));
    schema::WaveOptions options;
    options.fence = [&] { return task.check_fence(task.destination()); };
    options.stop = stop;
    options.progress = &progress;
    return wave(destination, task.objects(), options);
}

// Binlog files have no catalogue; their start set is the operator's word.
Result<schema::StableCatalogue> read_start(const TaskSpec& spec) {
    if (spec.source.files) {
        schema::StableCatalogue start;
        start.gtid_executed = spec.source.files->start_gtids.to_string();
        return start;
    }
    PENSTOCK_ASSIGN(Connection source, Connection::open(spec.source.endpoint));
    return schema::read_stable_catalogue(source, spec.databases);
}

}  // namespace

Result<void> fix_start(LiveTask& task) {
    if (task.record().start_gtid_set) return {};
    PENSTOCK_ASSIGN(const schema::StableCatalogue start, read_start(task.spec()));
    PENSTOCK_ASSIGN(GtidSet start_set, GtidSet::parse(start.gtid_executed));
    Connection& destination = task.destination();
    const TaskRecord& record = task.record();
    const auto remember = [&]() -> Result<void> {
        PENSTOCK_TRY(save_start(destination, record.name, record.token, start.gtid_executed));
        PENSTOCK_TRY(task.gate_ledger().load_snapshot(destination, start.catalogue.scheduled_events,
                                                      start.gtid_executed));
        apply::Checkpoint checkpoint;
        checkpoint.applied = start_set;
        // Capture began before this reading, at the start of a file: all that follows is there.
        if (task.relay() != nullptr) checkpoint.position = {task.relay()->segments().front(), 0};
        return apply::insert_checkpoint(destination, record.name, record.token, checkpoint);
    };
    PENSTOCK_TRY(
        task.objects().write(destination, start.catalogue, task.spec().migrate_events, remember));
    task.record().start_gtid_set = start.gtid_executed;
    base::log_info("task", "snapshot starts after {}", start.gtid_executed);
    return {};
}

Result<void> run_schema_migration_1(LiveTask& task, const std::stop_token& stop) {
    return run_wave(task, ModuleId::schema_migration_1, schema::create_databases_and_tables, stop);
}

Result<void> run_schema_migration_2(LiveTask& task, const std::stop_token& stop) {
    return run_wave(task, ModuleId::schema_migration_2, schema::create_keys_and_code, stop);
}

}  // namespace penstock::task
