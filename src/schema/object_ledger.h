// Object ledger: what schema migration has to create on the destination and how far it is, in the
// table penstock.object there.
//
// It is written once, in one transaction, from the source's catalogue; every wave and every resumed
// task reads it, never the source again. One thread: that of the connection, which must be the
// destination's with autocommit on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/catalogue.h"

namespace penstock::schema {

enum class ObjectKind : std::uint8_t {
    database,
    table,
    foreign_key,
    library,
    function,
    procedure,
    view,
    trigger,
    scheduled_event,
};

enum class ObjectState : std::uint8_t {
    waiting,
    creating,  // begun; what the destination holds decides
    done,
    warned,   // could not be created for a reason that lies in the object; task goes on
    failed,   // could not be created; tried again when the task is resumed
    held,     // by the event gate
    skipped,  // not to be migrated
};

[[nodiscard]] std::string_view to_string(ObjectKind kind);
[[nodiscard]] std::string_view to_string(ObjectState state);

struct LedgerObject {
    std::uint32_t sequence = 0;  // the order of creation inside a task
    std::uint8_t wave = 1;       // 1 databases, tables; 2 keys, code; 3 scheduled events
    ObjectKind kind = ObjectKind::database;
    std::string schema;
    std::string name;        // empty for databases
    std::string table_name;  // of foreign keys and triggers
    std::string create_sql;  // without foreign keys for tables; their own clause for those
    CreationContext context;
    std::string collation;  // of databases
    std::uint64_t estimated_rows = 0;
    std::uint64_t estimated_bytes = 0;
    ObjectState state = ObjectState::waiting;
    std::string error;

    [[nodiscard]] std::string describe() const;  // "table `a`.`b`"
};

class ObjectLedger {
public:
    // Makes schema penstock and the table if they are not there.
    [[nodiscard]] static Result<ObjectLedger> open(mysql::Connection& destination,
                                                   std::string task);

    // True when the task's objects have been written.
    [[nodiscard]] Result<bool> written(mysql::Connection& destination) const;
    // Writes the task's objects unless they are there, and calls `also` inside the same
    // transaction: for what else must be remembered together with them. An error of `also` undoes
    // all. Scheduled events are written as held, or as skipped.
    [[nodiscard]] Result<void> write(mysql::Connection& destination, const Catalogue& catalogue,
                                     bool migrate_scheduled_events,
                                     const std::function<Result<void>()>& also) const;

    // In their order of creation; wave 0: all.
    [[nodiscard]] Result<std::vector<LedgerObject>> read(mysql::Connection& destination,
                                                         unsigned wave = 0) const;
    [[nodiscard]] Result<void> set_state(mysql::Connection& destination, const LedgerObject& object,
                                         ObjectState state, std::string_view error = {}) const;
    // Tables as the destination has them, columns and keys, with the estimates of the source: for
    // the copy of a resumed task. All must have been created.
    [[nodiscard]] Result<std::vector<TableDefinition>> tables_for_copy(
        mysql::Connection& destination) const;

    [[nodiscard]] const std::string& task() const { return task_; }

private:
    explicit ObjectLedger(std::string task) : task_(std::move(task)) {}
    std::string task_;
};

// What write() stores, in order. Pure.
[[nodiscard]] Result<std::vector<LedgerObject>> ledger_objects(const Catalogue& catalogue,
                                                               bool migrate_scheduled_events);

}  // namespace penstock::schema
