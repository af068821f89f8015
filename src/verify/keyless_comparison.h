// KeylessComparison: compares a table without key as a multiset of rows. One thread, that of the
// connections.
//
// One digest of the whole table settles equality. Where it differs, the rows are counted by their
// digests, in as many passes as keep the counts in memory, until enough differences are known.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "penstock/result.h"
#include "verify/compare.h"
#include "verify/part_report.h"
#include "verify/sides.h"

namespace penstock::verify {

class KeylessComparison {
public:
    KeylessComparison(Sides& sides, const TablePair& tables, const CompareOptions& options,
                      CompareProgress& progress);

    [[nodiscard]] Result<PartReport> run(const std::stop_token& stop);

private:
    using Counts = std::unordered_map<std::string, std::uint64_t>;  // rows by digest

    [[nodiscard]] Result<bool> equal(std::uint64_t& source_rows, std::uint64_t& rows_max);
    [[nodiscard]] Result<Counts> count_rows(mysql::Connection& connection,
                                            const snapshot::TableShape& table,
                                            std::uint64_t buckets, std::uint64_t bucket);
    [[nodiscard]] Result<void> compare_bucket(std::uint64_t buckets, std::uint64_t bucket);
    [[nodiscard]] Result<void> add(const std::string& digest, std::uint64_t on_source,
                                   std::uint64_t on_destination);

    Sides& sides_;
    const TablePair& tables_;
    const CompareOptions& options_;
    CompareProgress& progress_;
    PartReport report_;
};

}  // namespace penstock::verify
