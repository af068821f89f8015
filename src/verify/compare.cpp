#include "verify/compare.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "schema/catalogue.h"
#include "snapshot/chunk_plan.h"
#include "snapshot/sessions.h"
#include "verify/errors.h"
#include "verify/keyed_comparison.h"
#include "verify/keyless_comparison.h"
#include "verify/table_pairs.h"

namespace penstock::verify {
namespace {

// A part of a table, for one worker at a time.
struct Item {
    TableCase* table = nullptr;
    std::size_t part = 0;
    snapshot::PartBounds bounds;
    std::uint64_t estimated_bytes = 0;
};

class Comparison {
public:
    Comparison(const mysql::Endpoint& source, const mysql::Endpoint& destination,
               const CompareOptions& options, CompareProgress& progress)
        : source_(source), destination_(destination), options_(options), progress_(progress) {}

    [[nodiscard]] Result<CompareReport> run(const std::vector<std::string>& databases,
                                            const std::stop_token& stop);

private:
    [[nodiscard]] Result<void> prepare(const std::vector<std::string>& databases);
    [[nodiscard]] Result<void> plan(mysql::Connection& source);
    void work(const std::stop_token& stop);
    [[nodiscard]] Result<PartReport> compare_with_retries(std::optional<Sides>& sides,
                                                          const Item& item,
                                                          const std::stop_token& stop);
    [[nodiscard]] Result<PartReport> compare(std::optional<Sides>& sides, const Item& item,
                                             const std::stop_token& stop);
    void finish(const Item& item, PartReport report);
    [[nodiscard]] CompareReport summary();

    const mysql::Endpoint& source_;
    const mysql::Endpoint& destination_;
    const CompareOptions& options_;
    CompareProgress& progress_;

    std::vector<TableCase> tables_;
    std::vector<Item> items_;  // largest first
    std::atomic<std::size_t> next_{0};
    std::stop_source abort_;

    std::mutex mutex_;
    std::optional<Error> first_error_;  // under mutex_
    // Reports of the parts of a table until it is whole, by part; under mutex_.
    std::map<TableCase*, std::map<std::size_t, PartReport>> parts_;
    std::map<TableCase*, std::size_t> parts_open_;  // under mutex_
};

Result<CompareReport> Comparison::run(const std::vector<std::string>& databases,
                                      const std::stop_token& stop) {
    PENSTOCK_TRY(prepare(databases));
    {
        const std::stop_callback forward(stop, [this] { abort_.request_stop(); });
        std::vector<std::jthread> workers;
        const std::size_t count = std::min<std::size_t>(options_.connections, items_.size());
        for (std::size_t i = 0; i < count; ++i) {
            workers.emplace_back([this] { work(abort_.get_token()); });
        }
    }
    if (first_error_) return tl::unexpected<Error>(*first_error_);
    CompareReport report = summary();
    if (report.tables_compared == 0) {
        return fail(ErrorKind::definite, error_nothing_compared,
                    fmt::format("no table could be compared: of the {} tables found, none is on "
                                "both servers with the same columns",
                                report.tables.size()),
                    "check the selected databases and the account's SELECT right on both servers");
    }
    return report;
}

Result<void> Comparison::prepare(const std::vector<std::string>& databases) {
    PENSTOCK_ASSIGN(Sides sides, Sides::open(source_, destination_));
    PENSTOCK_ASSIGN(const std::vector<schema::TableDefinition> on_source,
                    schema::read_tables(sides.source, databases));
    PENSTOCK_ASSIGN(const std::vector<schema::TableDefinition> on_destination,
                    schema::read_tables(sides.destination, databases));
    PENSTOCK_ASSIGN(tables_, pair_tables(on_source, on_destination));
    return plan(sides.source);
}

Result<void> Comparison::plan(mysql::Connection& source) {
    std::uint64_t rows = 0;
    for (TableCase& table : tables_) {
        if (!table.pair) {
            progress_.differences.fetch_add(1, std::memory_order_relaxed);
            progress_.tables_done.fetch_add(1, std::memory_order_relaxed);
            continue;
        }
        const snapshot::TableShape& shape = table.pair->source;
        rows += shape.estimated_rows;
        PENSTOCK_ASSIGN(
            std::vector<snapshot::PartBounds> parts,
            snapshot::plan_parts(source, shape, options_.connections, options_.chunk_rows));
        parts_open_[&table] = parts.size();
        for (std::size_t i = 0; i < parts.size(); ++i) {
            items_.push_back({&table, i, parts[i], shape.estimated_bytes / parts.size()});
        }
    }
    std::stable_sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
        return a.estimated_bytes > b.estimated_bytes;
    });
    progress_.tables_total.store(tables_.size(), std::memory_order_relaxed);
    progress_.rows_estimated.store(rows, std::memory_order_relaxed);
    return {};
}

void Comparison::work(const std::stop_token& stop) {
    std::optional<Sides> sides;
    while (true) {
        const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
        if (index >= items_.size()) return;
        Result<PartReport> report = compare_with_retries(sides, items_[index], stop);
        if (!report) {
            const std::lock_guard lock(mutex_);
            if (!first_error_) first_error_ = std::move(report.error());
            abort_.request_stop();
            return;
        }
        finish(items_[index], std::move(*report));
    }
}

Result<PartReport> Comparison::compare_with_retries(std::optional<Sides>& sides, const Item& item,
                                                    const std::stop_token& stop) {
    for (unsigned failures = 1;; ++failures) {
        Result<PartReport> report = compare(sides, item, stop);
        if (report) return report;
        sides.reset();
        Error& error = report.error();
        if (error.kind == ErrorKind::cancelled) return report;
        error.text = fmt::format("comparing table {}: {}", item.table->pair->source.quoted_name(),
                                 error.text);
        if (error.kind != ErrorKind::transient || failures >= attempts_max) return report;
        base::log_warning("verify", "{}; trying again ({} of {})", error.to_string(), failures,
                          attempts_max);
        if (!snapshot::pause(snapshot::retry_pause(failures), stop)) return snapshot::cancelled();
    }
}

Result<PartReport> Comparison::compare(std::optional<Sides>& sides, const Item& item,
                                       const std::stop_token& stop) {
    if (!sides) {
        PENSTOCK_ASSIGN(sides, Sides::open(source_, destination_));
    }
    const TablePair& pair = *item.table->pair;
    if (pair.source.key.empty()) {
        return KeylessComparison(*sides, pair, options_, progress_).run(stop);
    }
    return KeyedComparison(*sides, pair, item.bounds, options_, progress_).run(stop);
}

// When the table's last part is there, they are put together in key order.
void Comparison::finish(const Item& item, PartReport report) {
    progress_.differences.fetch_add(report.rows_different, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    std::map<std::size_t, PartReport>& parts = parts_[item.table];
    parts.emplace(item.part, std::move(report));
    if (parts.size() < parts_open_[item.table]) return;
    TableReport& whole = item.table->report;
    for (auto& [number, part] : parts) {
        whole.rows_compared += part.rows_compared;
        whole.rows_different += part.rows_different;
        for (Difference& difference : part.differences) {
            if (whole.differences.size() >= options_.differences_per_table) break;
            whole.differences.push_back(std::move(difference));
        }
    }
    parts_.erase(item.table);
    progress_.tables_done.fetch_add(1, std::memory_order_relaxed);
}

CompareReport Comparison::summary() {
    CompareReport report;
    for (TableCase& table : tables_) {
        if (table.pair) ++report.tables_compared;
        if (!table.report.equal()) ++report.tables_different;
        report.rows_compared += table.report.rows_compared;
        report.rows_different += table.report.rows_different;
        report.tables.push_back(std::move(table.report));
    }
    return report;
}

}  // namespace

const char* to_string(DifferenceKind kind) {
    switch (kind) {
        case DifferenceKind::missing_on_destination:
            return "missing on destination";
        case DifferenceKind::extra_on_destination:
            return "extra on destination";
        case DifferenceKind::different_columns:
            return "different columns";
        case DifferenceKind::different_count:
            return "different count";
        case DifferenceKind::table_missing_on_destination:
            return "table missing on destination";
        case DifferenceKind::table_extra_on_destination:
            return "table extra on destination";
        case DifferenceKind::different_definition:
            return "different definition";
    }
    PENSTOCK_ASSERT(false);
    return "";
}

Result<CompareReport> compare_contents(const mysql::Endpoint& source,
                                       const mysql::Endpoint& destination,
                                       const std::vector<std::string>& databases,
                                       const CompareOptions& options, CompareProgress& progress,
                                       std::stop_token stop) {
    PENSTOCK_ASSERT(options.connections >= 1 && options.connections <= connections_max);
    PENSTOCK_ASSERT(options.chunk_rows >= 1 && options.chunk_rows <= chunk_rows_max);
    return Comparison(source, destination, options, progress).run(databases, stop);
}

}  // namespace penstock::verify
