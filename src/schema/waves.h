// Waves: schema migration 1 (databases, and tables without foreign keys) and 2 (foreign keys,
// routines, views, triggers), from the object ledger onto the destination.
//
// Each object is looked up first: equal to what is wanted → done, different → an error that shows
// where, absent → created, read back and compared. So a wave can be killed anywhere and run again.
// Nothing is ever dropped or replaced. One thread: that of the connection, whose default schema
// changes.
//
// Errors: `transient` ones leave the ledger as it is; others are kept with their object, which is
// tried again when the wave is. Wave 1 stops at its first; wave 2 tries all objects and returns the
// first.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/object_ledger.h"

namespace penstock::schema {

// Read by any thread while a wave runs.
struct WaveProgress {
    std::atomic<std::uint64_t> objects{0};  // to do in this wave
    std::atomic<std::uint64_t> done{0};     // with or without warning
    std::atomic<std::uint64_t> warned{0};
};

struct WaveOptions {
    // Called before each object: an error ends the wave (the task has another owner).
    std::function<Result<void>()> fence;
    std::stop_token stop;
    WaveProgress* progress = nullptr;  // borrowed; may be null
};

[[nodiscard]] Result<void> create_databases_and_tables(mysql::Connection& destination,
                                                       const ObjectLedger& ledger,
                                                       const WaveOptions& options);

// A view that reads what does not exist, as on the source, gets a warning and stays in the ledger.
[[nodiscard]] Result<void> create_keys_and_code(mysql::Connection& destination,
                                                const ObjectLedger& ledger,
                                                const WaveOptions& options);

}  // namespace penstock::schema
