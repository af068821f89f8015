#include "verify/keyless_comparison.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "snapshot/sessions.h"
#include "verify/limits.h"

namespace penstock::verify {

using snapshot::TableShape;

KeylessComparison::KeylessComparison(Sides& sides, const TablePair& tables,
                                     const CompareOptions& options, CompareProgress& progress)
    : sides_(sides), tables_(tables), options_(options), progress_(progress) {}

Result<PartReport> KeylessComparison::run(const std::stop_token& stop) {
    report_ = PartReport{};
    std::uint64_t rows_max = 0;
    bool same = false;
    for (std::uint32_t i = 0; i <= options_.recheck_attempts && !same; ++i) {
        if (i > 0 && !snapshot::pause(options_.recheck_pause, stop)) return snapshot::cancelled();
        PENSTOCK_ASSIGN(same, equal(report_.rows_compared, rows_max));
    }
    if (!same) {
        const std::uint64_t buckets = rows_max / distinct_rows_max + 1;
        for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
            if (stop.stop_requested()) return snapshot::cancelled();
            if (report_.rows_different >= options_.differences_per_table && bucket > 0) break;
            PENSTOCK_TRY(compare_bucket(buckets, bucket));
        }
    }
    progress_.rows_done.fetch_add(report_.rows_compared, std::memory_order_relaxed);
    return std::move(report_);
}

Result<bool> KeylessComparison::equal(std::uint64_t& source_rows, std::uint64_t& rows_max) {
    const auto sql = [&](const TableShape& table) {
        return "SELECT COUNT(*), " + multiset_digest_expression(table, sides_.aggregate) +
               " FROM " + table.quoted_name();
    };
    PENSTOCK_ASSIGN(const Digest source, read_digest(sides_.source, sql(tables_.source)));
    PENSTOCK_ASSIGN(const Digest destination,
                    read_digest(sides_.destination, sql(tables_.destination)));
    source_rows = source.rows;
    rows_max = std::max(source.rows, destination.rows);
    return source == destination;
}

Result<KeylessComparison::Counts> KeylessComparison::count_rows(mysql::Connection& connection,
                                                                const TableShape& table,
                                                                std::uint64_t buckets,
                                                                std::uint64_t bucket) {
    // Counted here: with GROUP BY the server can't list the types in a JSON document (error 1210).
    std::string sql = "SELECT " + row_digest_expression(table) + " FROM " + table.quoted_name();
    if (buckets > 1) {
        sql += fmt::format(" WHERE {} = {}", bucket_expression(table, buckets), bucket);
    }
    PENSTOCK_ASSIGN(mysql::RowStream rows, connection.stream(sql));
    Counts counts;
    while (true) {
        PENSTOCK_ASSIGN(const mysql::Row* row, rows.next());
        if (row == nullptr) return counts;
        ++counts[std::string((*row)[0].value_or(std::string_view{}))];
    }
}

Result<void> KeylessComparison::compare_bucket(std::uint64_t buckets, std::uint64_t bucket) {
    PENSTOCK_ASSIGN(const Counts source,
                    count_rows(sides_.source, tables_.source, buckets, bucket));
    PENSTOCK_ASSIGN(const Counts destination,
                    count_rows(sides_.destination, tables_.destination, buckets, bucket));
    for (const auto& [digest, count] : source) {
        const auto other = destination.find(digest);
        const std::uint64_t there = other == destination.end() ? 0 : other->second;
        if (count != there) PENSTOCK_TRY(add(digest, count, there));
    }
    for (const auto& [digest, count] : destination) {
        if (!source.contains(digest)) PENSTOCK_TRY(add(digest, 0, count));
    }
    return {};
}

Result<void> KeylessComparison::add(const std::string& digest, std::uint64_t on_source,
                                    std::uint64_t on_destination) {
    Difference difference;
    difference.kind = on_destination == 0 ? DifferenceKind::missing_on_destination
                      : on_source == 0    ? DifferenceKind::extra_on_destination
                                          : DifferenceKind::different_count;
    difference.detail = fmt::format("{} on source, {} on destination", on_source, on_destination);
    if (report_.differences.size() < options_.differences_per_table) {
        // Found again by its digest: a scan, which is why only listed rows are shown.
        const TableShape& table = on_source > 0 ? tables_.source : tables_.destination;
        mysql::Connection& connection = on_source > 0 ? sides_.source : sides_.destination;
        PENSTOCK_ASSIGN(
            const std::optional<RowValues> row,
            read_row(connection, table, row_digest_expression(table) + " = '" + digest + "'"));
        difference.key = row ? describe_row(table, *row) : "a row with digest " + digest;
    }
    report_.add(std::move(difference), options_.differences_per_table);
    return {};
}

}  // namespace penstock::verify
