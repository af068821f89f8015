// DDL classification: what a statement of the stream does, and to which objects. Pure, any thread.
//
// Built on the tokenizer (schema/tokenizer.h), never on patterns: comments, version comments,
// quoting and sql_mode are honoured. A statement that is not recognised is classified `unknown`,
// which must stop the task: nothing is guessed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/result.h"

namespace penstock::schema {

enum class StatementClass : std::uint8_t {
    table,            // CREATE/ALTER/DROP/RENAME/TRUNCATE TABLE, CREATE/DROP INDEX
    view,             // CREATE/ALTER/DROP VIEW
    routine,          // procedures and functions
    trigger,          // CREATE/DROP TRIGGER
    database,         // CREATE/ALTER/DROP DATABASE
    scheduled_event,  // CREATE/ALTER/DROP EVENT
    account,          // users, roles, grants: never carried over
    maintenance,      // ANALYZE, OPTIMIZE, REPAIR, FLUSH, …: of no consequence for content
    server,       // CREATE SERVER, TABLESPACE, plugins, components, resource groups: not carried
    transaction,  // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, XA …
    row_change,   // INSERT, UPDATE, DELETE, REPLACE, LOAD …: statement-based, must stop the task
    unknown,
};

enum class Verb : std::uint8_t { create, alter, drop, rename, truncate, other };

struct ObjectName {
    std::string schema;  // the default schema where the statement names none
    std::string name;    // empty for databases
    friend bool operator==(const ObjectName&, const ObjectName&) = default;
};

struct Statement {
    StatementClass kind = StatementClass::unknown;
    Verb verb = Verb::other;
    std::vector<ObjectName> objects;  // all that are changed, created or renamed, in order; for
                                      // renames old and new in turn
    bool temporary = false;           // CREATE/DROP TEMPORARY TABLE
    bool if_exists = false;
    bool if_not_exists = false;
    bool or_replace = false;
    bool starts_transaction = false;  // CREATE TABLE … START TRANSACTION, of CREATE TABLE … SELECT
    bool renames = false;      // an ALTER with RENAME TO: the last of `objects` is the new name
    ObjectName trigger_table;  // CREATE TRIGGER: the table it belongs to
};

// The lexical rules in force when the statement was written.
struct LexicalMode {
    bool ansi_quotes = false;
    bool no_backslash_escapes = false;
};

// From the sql_mode bits of a query event.
[[nodiscard]] LexicalMode lexical_mode(std::uint64_t sql_mode);
// "STRICT_TRANS_TABLES,…" from the bits (MySQL 9: sql/sql_class.h / system_variables.h MODE_*).
[[nodiscard]] std::string sql_mode_text(std::uint64_t sql_mode);

[[nodiscard]] Statement classify(std::string_view sql, std::string_view default_schema,
                                 LexicalMode mode);

}  // namespace penstock::schema
