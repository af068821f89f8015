// CopyLedger: the table penstock.copy in the destination, which says how far each part of each
// table has been copied. A part's row is changed only in the transaction that writes the rows it
// counts, so after any crash it is exactly true.
//
// Free functions over a connection to the destination; the connection's thread. The plan is written
// once, in one transaction, before the first row is copied, and never changes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "snapshot/key_range.h"

namespace penstock::snapshot {

enum class PartState : std::uint8_t { planned, copying, done };

struct Part {
    std::string schema;
    std::string table;
    std::uint32_t number = 0;
    PartBounds bounds;
    KeyLiterals last_key;  // of the last row copied; empty: none yet
    PartState state = PartState::planned;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::uint64_t estimated_rows = 0;
    std::uint64_t estimated_bytes = 0;
    std::string gtid_set;  // of a table without key, once done: what its snapshot contains
};

// The owner of a task: a write is refused unless penstock.task has this token for this name.
struct Fence {
    std::string task;
    std::uint64_t token = 0;
};

// Creates the schema penstock and the table where they are missing.
[[nodiscard]] Result<void> create_copy_table(mysql::Connection& destination);

// In order of schema, table and part; empty: nothing was planned yet.
[[nodiscard]] Result<std::vector<Part>> load_parts(mysql::Connection& destination,
                                                   std::string_view task);
[[nodiscard]] Result<Part> load_part(mysql::Connection& destination, std::string_view task,
                                     const Part& part);
// All parts in one transaction.
[[nodiscard]] Result<void> store_plan(mysql::Connection& destination, const Fence& fence,
                                      const std::vector<Part>& parts);

// Inside an open transaction: locks the task's row and compares the token. On error_fenced the
// caller rolls back.
[[nodiscard]] Result<void> check_fence(mysql::Connection& destination, const Fence& fence);
// Inside an open transaction: writes the part's position, state, counts and gtid_set.
[[nodiscard]] Result<void> store_progress(mysql::Connection& destination, const Fence& fence,
                                          const Part& part);

// Tables without key that have been copied, and the transactions their copies contain: their rows
// changed by those transactions must not be applied again.
struct KeylessSnapshot {
    std::string schema;
    std::string table;
    std::string gtid_set;
};
[[nodiscard]] Result<std::vector<KeylessSnapshot>> load_keyless_snapshots(
    mysql::Connection& destination, std::string_view task);

}  // namespace penstock::snapshot
