// FullMigration: copies the existing rows of tables from the source to the destination.
//
// The problem: copy tables that are being written to, without locking them, with several
// connections, so that a kill -9 at any moment costs at most one chunk, and so that the copy
// together with the binlog from the start set on gives exactly the source's content.
//
// - A table with a key is walked in key order, a chunk at a time. Each chunk is one autocommit
//   SELECT: the copy as a whole is of no single moment, which is mended when the binlog is applied
//   over it in overlap mode. Large tables are cut into parts that are walked side by side.
// - A table without key is copied in one consistent snapshot taken under a lock that lasts for two
//   statements, and the GTID set of that snapshot is recorded (see load_keyless_snapshots).
// - Each destination transaction writes rows and the part's new position in penstock.copy, and
//   commits only if the fence token is still ours. A run therefore goes on where the last commit
//   was, whatever happened; the plan is made by the first run and kept.
// - A secondary unique key can be met twice, when its value moved from a copied row to one not yet
//   copied. The later row then replaces the earlier, which the binlog brings up to date.
// - A table whose definition is no longer the one given is an error: rows would not fit.
//
// run() blocks and works on its own threads; it can be called again after an error. stats() may be
// read from any thread meanwhile. Transient errors are retried inside, a bounded number of times
// without progress.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"
#include "schema/definitions.h"
#include "snapshot/copy_ledger.h"
#include "snapshot/limits.h"
#include "snapshot/table_shape.h"

namespace penstock::snapshot {

struct FullMigrationOptions {
    unsigned connections = 4;  // to each side
    std::uint64_t chunk_rows = chunk_rows_default;
    std::uint64_t chunk_bytes = chunk_bytes_default;  // of one destination transaction
};

// Counters for displays; what earlier runs copied is included. Self-synchronised.
struct CopyStats {
    std::atomic<std::uint64_t> tables_total{0};
    std::atomic<std::uint64_t> tables_done{0};
    std::atomic<std::uint64_t> rows_estimated{0};  // by the source's statistics: may be far off
    std::atomic<std::uint64_t> rows_done{0};
    std::atomic<std::uint64_t> bytes_estimated{0};
    std::atomic<std::uint64_t> bytes_done{0};   // of column values as read
    std::atomic<std::uint64_t> chunks_done{0};  // destination transactions of this run
    std::atomic<std::uint64_t> retries{0};
};

class FullMigration {
public:
    // `tables` as they were at the start set; the tables exist in the destination and are empty
    // but for what this task wrote. penstock.task has a row for the fence.
    FullMigration(FullMigrationOptions options, mysql::Endpoint source, mysql::Endpoint destination,
                  Fence fence, std::vector<schema::TableDefinition> tables);

    // Ends when all is copied, with the first error, or with base::error_cancelled soon after a
    // stop was requested.
    [[nodiscard]] Result<void> run(std::stop_token stop);

    [[nodiscard]] const CopyStats& stats() const { return stats_; }

private:
    struct Run;
    [[nodiscard]] Result<std::vector<Part>> load_or_make_plan(mysql::Connection& destination);
    [[nodiscard]] Result<std::vector<Part>> make_plan();
    void reset_stats(const std::vector<Part>& parts);
    [[nodiscard]] Result<void> fill(Run& run, std::vector<Part> plan,
                                    std::vector<std::atomic<std::uint32_t>>& open_parts);
    void work(Run& run);

    const FullMigrationOptions options_;
    const mysql::Endpoint source_;
    const mysql::Endpoint destination_;
    const Fence fence_;
    const std::vector<schema::TableDefinition> definitions_;
    std::vector<TableShape> tables_;  // by run(), sorted by schema and name
    CopyStats stats_;
};

}  // namespace penstock::snapshot
