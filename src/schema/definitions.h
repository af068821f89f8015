// Definitions: what a server says about its databases and the objects in them. Values, owned; any
// thread.
//
// Every `create_sql` can be executed as it stands: it is wholly in the character set named by the
// object's context (utf8mb4 for databases and tables), without USE and with unqualified or
// qualified names as SHOW CREATE gives them, so the object's schema must be the default schema.
// Names and all other texts are utf8mb4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/ddl.h"

namespace penstock::schema {

// The session an object was created in, as far as the server remembers it.
struct CreationContext {
    std::string sql_mode;  // names, comma separated
    std::string character_set_client;
    std::string collation_connection;
    std::string database_collation;  // of the schema when the object was created; empty for views
    friend bool operator==(const CreationContext&, const CreationContext&) = default;
};

struct DatabaseDefinition {
    std::string name;
    std::string character_set;
    std::string collation;
    bool encrypted = false;
    bool read_only = false;
    std::string create_sql;
    friend bool operator==(const DatabaseDefinition&, const DatabaseDefinition&) = default;
};

struct ColumnDefinition {
    std::string name;
    std::string type;           // whole, such as "int unsigned" or "enum('a','b')"
    std::string data_type;      // its first word, such as "int"
    std::string character_set;  // empty: none
    std::string collation;
    bool nullable = false;
    bool generated = false;  // virtual or stored: cannot be written
    bool generated_virtual = false;
    bool invisible = false;
    bool auto_increment = false;
    friend bool operator==(const ColumnDefinition&, const ColumnDefinition&) = default;
};

struct TableDefinition {
    std::string schema;
    std::string name;
    std::string engine;
    std::string create_sql;
    std::vector<ColumnDefinition> columns;  // in table order, invisible ones included
    // Columns of the row key: the primary key, else the first unique key whose columns are all
    // plain and NOT NULL. Empty: rows can't be told apart.
    std::vector<std::string> key;
    std::string key_index;        // its name, "PRIMARY" or other; empty: none
    bool key_has_prefix = false;  // some key column is indexed by its first bytes only
    std::uint64_t estimated_rows = 0;
    std::uint64_t estimated_bytes = 0;  // data, without indexes
};

struct ViewDefinition {
    std::string schema;
    std::string name;
    std::string create_sql;
    CreationContext context;             // without database_collation
    std::vector<ObjectName> depends_on;  // tables and views it reads
    friend bool operator==(const ViewDefinition&, const ViewDefinition&) = default;
};

enum class RoutineKind : std::uint8_t { procedure, function, library };

struct RoutineDefinition {
    std::string schema;
    std::string name;
    RoutineKind kind = RoutineKind::procedure;
    std::string create_sql;
    CreationContext context;
    friend bool operator==(const RoutineDefinition&, const RoutineDefinition&) = default;
};

struct TriggerDefinition {
    std::string schema;
    std::string name;
    std::string table;
    std::string timing;       // BEFORE or AFTER
    std::string action;       // INSERT, UPDATE or DELETE
    std::uint32_t order = 0;  // among those of the same table, timing and action, from 1
    std::string create_sql;
    CreationContext context;
    friend bool operator==(const TriggerDefinition&, const TriggerDefinition&) = default;
};

// Times are as the server prints them: execute_at, starts, ends and last_executed in the event's
// own time zone, last_altered in UTC.
struct ScheduledEventDefinition {
    std::string schema;
    std::string name;
    std::string create_sql;  // as SHOW CREATE EVENT, with the status of the moment
    CreationContext context;
    std::string definer;        // user@host
    std::string time_zone;      // "SYSTEM" is the server's own
    std::string status;         // ENABLED, DISABLED, REPLICA_SIDE_DISABLED (SLAVESIDE_DISABLED)
    std::string type;           // ONE TIME or RECURRING
    std::string on_completion;  // PRESERVE or NOT PRESERVE
    std::string comment;
    std::string last_altered;
    std::optional<std::string> execute_at;
    std::optional<std::string> interval_value;
    std::optional<std::string> interval_field;
    std::optional<std::string> starts;
    std::optional<std::string> ends;
    std::optional<std::string> last_executed;
    std::uint32_t originator = 0;  // server_id of the server that created it
};

struct Catalogue {
    std::vector<DatabaseDefinition> databases;
    std::vector<TableDefinition> tables;
    std::vector<ViewDefinition> views;
    std::vector<RoutineDefinition> routines;
    std::vector<TriggerDefinition> triggers;  // those of one table and moment in their order
    std::vector<ScheduledEventDefinition> scheduled_events;
};

}  // namespace penstock::schema
