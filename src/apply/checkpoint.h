// Checkpoint: the row in the destination that says what is applied. It moves in the transaction of
// the data it speaks of, so it is never ahead and never behind.
//
// The primary key holds the fence token and the number of the unit (destination commits so far, and
// numbers passed over), so
// that an update by a stale owner, or of a unit that comes out of order, finds no row and its whole
// transaction is rolled back. One lane (0) for now.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mysql/connection.h"
#include "penstock/gtid_set.h"
#include "penstock/result.h"
#include "relay/position.h"

namespace penstock::apply {

struct Checkpoint {
    std::uint64_t unit = 0;          // grows with each destination commit
    GtidSet applied;                 // what is contained in the destination
    relay::Position position;        // where the next transaction begins; empty: relay's start
    std::uint64_t transactions = 0;  // source transactions applied, filtered ones included
    std::uint64_t row_changes = 0;   // rows inserted, updated and deleted
    std::uint64_t statements = 0;    // DDL statements applied
    std::uint64_t timestamp_us = 0;  // commit time on the source of the last transaction; 0 none
};

inline constexpr const char* checkpoint_schema = "penstock";
inline constexpr const char* checkpoint_table = "checkpoint";

// Creates penstock.checkpoint and penstock.ddl_journal where they are missing.
[[nodiscard]] Result<void> create_checkpoint_tables(mysql::Connection& destination);

// nullopt: the task has none yet. `token` must be the current one, else error_fenced.
[[nodiscard]] Result<std::optional<Checkpoint>> load_checkpoint(mysql::Connection& destination,
                                                                std::string_view task,
                                                                std::uint64_t token);

// The row as anybody may read it, whatever its token.
[[nodiscard]] Result<std::optional<Checkpoint>> peek_checkpoint(mysql::Connection& destination,
                                                                std::string_view task);

// The first checkpoint of a task, in the caller's transaction or its own.
[[nodiscard]] Result<void> insert_checkpoint(mysql::Connection& destination, std::string_view task,
                                             std::uint64_t token, const Checkpoint& checkpoint);

// Gives the task's checkpoint a new fence token. In the caller's transaction (take-over).
[[nodiscard]] Result<void> retoken_checkpoint(mysql::Connection& destination, std::string_view task,
                                              std::uint64_t token);

// Passes over the next `units` numbers of units, so that no unit that is in flight from before can
// find the checkpoint. Does nothing where the task has no checkpoint with this token.
[[nodiscard]] Result<void> skip_units(mysql::Connection& destination, std::string_view task,
                                      std::uint64_t token, std::uint64_t units);

// Moves the checkpoint from unit `next.unit - 1` to `next` by SQL, in the caller's transaction.
// error_fenced when it finds no row: the caller must roll back.
[[nodiscard]] Result<void> move_checkpoint(mysql::Connection& destination, std::string_view task,
                                           std::uint64_t token, const Checkpoint& next);

}  // namespace penstock::apply
