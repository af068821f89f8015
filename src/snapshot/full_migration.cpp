#include "snapshot/full_migration.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "snapshot/chunk_plan.h"
#include "snapshot/errors.h"
#include "snapshot/part_copier.h"
#include "snapshot/sessions.h"

namespace penstock::snapshot {
namespace {

bool by_name(const TableShape& a, const TableShape& b) {
    return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
}

}  // namespace

// What the workers of one run share.
struct FullMigration::Run {
    struct Item {
        const TableShape* table = nullptr;
        Part part;
        std::atomic<std::uint32_t>* open_parts = nullptr;  // of the table
    };

    std::vector<Item> items;  // largest first; each belongs to the worker that took it
    std::atomic<std::size_t> next{0};
    std::stop_source stop;

    std::mutex mutex;
    std::optional<Error> first_error;  // under mutex

    void fail_with(Error error) {
        const std::lock_guard lock(mutex);
        if (!first_error) first_error = std::move(error);
        stop.request_stop();
    }
};

FullMigration::FullMigration(FullMigrationOptions options, mysql::Endpoint source,
                             mysql::Endpoint destination, Fence fence,
                             std::vector<schema::TableDefinition> tables)
    : options_(options),
      source_(std::move(source)),
      destination_(std::move(destination)),
      fence_(std::move(fence)),
      definitions_(std::move(tables)) {
    PENSTOCK_ASSERT(options_.connections >= 1 && options_.connections <= connections_max);
    PENSTOCK_ASSERT(options_.chunk_rows >= 1 && options_.chunk_rows <= chunk_rows_max);
    PENSTOCK_ASSERT(options_.chunk_bytes >= 1);
}

Result<std::vector<Part>> FullMigration::make_plan() {
    PENSTOCK_ASSIGN(mysql::Connection source, open_source(source_));
    std::vector<Part> plan;
    for (const TableShape& table : tables_) {
        PENSTOCK_ASSIGN(const std::vector<PartBounds> bounds,
                        plan_parts(source, table, options_.connections, options_.chunk_rows));
        for (std::size_t i = 0; i < bounds.size(); ++i) {
            Part part;
            part.schema = table.schema;
            part.table = table.name;
            part.number = static_cast<std::uint32_t>(i);
            part.bounds = bounds[i];
            part.estimated_rows = table.estimated_rows / bounds.size();
            part.estimated_bytes = table.estimated_bytes / bounds.size();
            plan.push_back(std::move(part));
        }
    }
    return plan;
}

Result<std::vector<Part>> FullMigration::load_or_make_plan(mysql::Connection& destination) {
    PENSTOCK_ASSIGN(std::vector<Part> stored, load_parts(destination, fence_.task));
    if (!stored.empty()) return stored;
    PENSTOCK_ASSIGN(std::vector<Part> plan, make_plan());
    PENSTOCK_TRY(store_plan(destination, fence_, plan));
    return plan;
}

void FullMigration::reset_stats(const std::vector<Part>& parts) {
    std::uint64_t rows_estimated = 0;
    std::uint64_t bytes_estimated = 0;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    for (const Part& part : parts) {
        const bool done = part.state == PartState::done;
        rows_estimated += done ? part.rows : std::max(part.estimated_rows, part.rows);
        bytes_estimated += done ? part.bytes : std::max(part.estimated_bytes, part.bytes);
        rows += part.rows;
        bytes += part.bytes;
    }
    stats_.tables_total = tables_.size();
    stats_.tables_done = 0;
    stats_.rows_estimated = rows_estimated;
    stats_.bytes_estimated = bytes_estimated;
    stats_.rows_done = rows;
    stats_.bytes_done = bytes;
    stats_.chunks_done = 0;
}

Result<void> FullMigration::run(std::stop_token stop) {
    tables_.clear();
    for (const schema::TableDefinition& definition : definitions_) {
        PENSTOCK_ASSIGN(TableShape table, make_table_shape(definition));
        tables_.push_back(std::move(table));
    }
    std::sort(tables_.begin(), tables_.end(), by_name);
    std::vector<Part> plan;
    {
        PENSTOCK_ASSIGN(mysql::Connection destination, open_destination(destination_));
        PENSTOCK_TRY(create_copy_table(destination));
        PENSTOCK_TRY(create_json_stage_table(destination));
        PENSTOCK_ASSIGN(plan, load_or_make_plan(destination));
    }
    reset_stats(plan);

    Run run;
    std::vector<std::atomic<std::uint32_t>> open_parts(tables_.size());
    PENSTOCK_TRY(fill(run, std::move(plan), open_parts));
    {
        const std::stop_callback forward(stop, [&run] { run.stop.request_stop(); });
        std::vector<std::jthread> workers;
        const std::size_t count = std::min<std::size_t>(options_.connections, run.items.size());
        for (std::size_t i = 0; i < count; ++i) {
            workers.emplace_back([this, &run] { work(run); });
        }
    }
    if (run.first_error) return tl::unexpected<Error>(*run.first_error);
    return {};
}

// Items for all parts that are not done; counts those of each table.
Result<void> FullMigration::fill(Run& run, std::vector<Part> plan,
                                 std::vector<std::atomic<std::uint32_t>>& open_parts) {
    for (Part& part : plan) {
        TableShape wanted;
        wanted.schema = part.schema;
        wanted.name = part.table;
        const auto table = std::lower_bound(tables_.begin(), tables_.end(), wanted, by_name);
        if (table == tables_.end() || by_name(wanted, *table)) {
            return fail(ErrorKind::definite, error_copy_ledger,
                        "penstock.copy has table " + wanted.quoted_name() +
                            ", which the task's snapshot of definitions has not",
                        "start the full migration of this task over");
        }
        if (part.state == PartState::done) continue;
        auto& open = open_parts[static_cast<std::size_t>(table - tables_.begin())];
        open.fetch_add(1, std::memory_order_relaxed);
        run.items.push_back(Run::Item{&*table, std::move(part), &open});
    }
    for (const auto& open : open_parts) {
        if (open.load(std::memory_order_relaxed) == 0) ++stats_.tables_done;
    }
    std::stable_sort(run.items.begin(), run.items.end(), [](const auto& a, const auto& b) {
        return a.part.estimated_bytes > b.part.estimated_bytes;
    });
    return {};
}

void FullMigration::work(Run& run) {
    PartCopier copier(options_, source_, destination_, fence_, stats_);
    const std::stop_token stop = run.stop.get_token();
    while (!stop.stop_requested()) {
        const std::size_t index = run.next.fetch_add(1, std::memory_order_relaxed);
        if (index >= run.items.size()) return;
        Run::Item& item = run.items[index];
        Result<void> copied = copier.copy(*item.table, item.part, stop);
        if (!copied) return run.fail_with(std::move(copied.error()));
        if (item.open_parts->fetch_sub(1, std::memory_order_acq_rel) != 1) continue;
        stats_.tables_done.fetch_add(1, std::memory_order_relaxed);
        base::log_info("snapshot", "table {} copied", item.table->quoted_name());
    }
    run.fail_with(cancelled().value());
}

}  // namespace penstock::snapshot
