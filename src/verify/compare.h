// Compare: are the contents of tables the same on both servers, and if not, where do they differ?
//
// Tables with a key are compared a key range at a time: each server digests its rows of the range,
// and only ranges whose digests differ are looked at row by row. Tables without key are compared as
// multisets of rows. Digests are of the columns' values, generated and invisible ones included,
// independent of collation; NULL and empty are different, 0 and -0 too.
//
// compare_contents blocks, on its own threads; progress may be read from any thread. While rows are
// being written, differences that are only delay go away when looked at again: set
// recheck_attempts. Differences are a result, not an error; an error means that the comparison
// itself could not be made, and "nothing was compared" is one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "mysql/endpoint.h"
#include "penstock/result.h"
#include "verify/limits.h"

namespace penstock::verify {

struct TableName {
    std::string schema;
    std::string name;
    friend bool operator==(const TableName&, const TableName&) = default;
};

struct CompareOptions {
    unsigned connections = 4;  // to each side
    std::uint64_t chunk_rows = chunk_rows_default;
    std::uint32_t differences_per_table = differences_per_table_default;
    std::uint32_t recheck_attempts = 0;  // 0: nothing is being written
    std::chrono::milliseconds recheck_pause{1000};
};

// Counters for displays. Self-synchronised.
struct CompareProgress {
    std::atomic<std::uint64_t> tables_total{0};
    std::atomic<std::uint64_t> tables_done{0};
    std::atomic<std::uint64_t> rows_estimated{0};
    std::atomic<std::uint64_t> rows_done{0};  // of the source
    std::atomic<std::uint64_t> differences{0};
};

enum class DifferenceKind : std::uint8_t {
    missing_on_destination,
    extra_on_destination,
    different_columns,
    different_count,  // of equal rows in a table without key
    table_missing_on_destination,
    table_extra_on_destination,
    different_definition,  // columns differ, so rows can't be compared
};
[[nodiscard]] const char* to_string(DifferenceKind kind);

struct Difference {
    DifferenceKind kind = DifferenceKind::different_columns;
    std::string key;     // "`id` = 5", as SQL; empty for differences of tables
    std::string detail;  // which columns, with digests or counts of both sides
};

struct TableReport {
    TableName table;
    std::uint64_t rows_compared = 0;   // of the source
    std::uint64_t rows_different = 0;  // all, listed or not; of tables without key: distinct rows
    std::vector<Difference> differences;  // the first ones, key range by key range
    [[nodiscard]] bool equal() const { return differences.empty() && rows_different == 0; }
};

struct CompareReport {
    std::vector<TableReport> tables;  // sorted by schema and name; those that are equal too
    std::uint64_t tables_compared = 0;
    std::uint64_t tables_different = 0;
    std::uint64_t rows_compared = 0;
    std::uint64_t rows_different = 0;
    [[nodiscard]] bool equal() const { return tables_different == 0; }
};

// All base tables of the databases, on either side.
[[nodiscard]] Result<CompareReport> compare_contents(const mysql::Endpoint& source,
                                                     const mysql::Endpoint& destination,
                                                     const std::vector<std::string>& databases,
                                                     const CompareOptions& options,
                                                     CompareProgress& progress,
                                                     std::stop_token stop);

}  // namespace penstock::verify
