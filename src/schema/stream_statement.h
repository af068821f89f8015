// StreamStatement: a statement found in the source's binlog (a query event), with the session it
// was executed in, as far as the event tells. A value, owned; any thread.
//
// Format source: query event and its status variables, MySQL libs/mysql/binlog/event/
// statement_events.h (tag mysql-9.4.0).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace penstock::schema {

struct StreamStatement {
    std::string sql;             // bytes as logged, in character_set_client
    std::string default_schema;  // may be empty
    std::string gtid;            // "uuid:number" or "uuid:tag:number"
    std::string source_file;     // where the statement's event ends
    std::uint64_t source_position = 0;
    std::uint64_t timestamp_us = 0;  // when it started on the source, microseconds since 1970 UTC
    std::uint32_t thread_id = 0;
    std::uint16_t error_code = 0;

    // Status variables; nullopt: the event doesn't say.
    std::optional<std::uint64_t> sql_mode;              // bits, as in sql_mode of the server source
    std::optional<std::uint16_t> character_set_client;  // collation ids
    std::optional<std::uint16_t> collation_connection;
    std::optional<std::uint16_t> collation_server;
    std::optional<std::string> time_zone;
    std::optional<std::uint16_t> lc_time_names;
    std::optional<std::uint16_t> collation_database;
    std::optional<std::string> invoker_user;  // of statements that name no DEFINER
    std::optional<std::string> invoker_host;
    std::optional<bool> explicit_defaults_for_timestamp;
    std::optional<std::uint16_t> default_collation_for_utf8mb4;
    std::optional<bool> sql_require_primary_key;
    std::optional<bool> default_table_encryption;
    std::optional<std::uint32_t> flags2;  // OPTION_NO_FOREIGN_KEY_CHECKS and friends
};

}  // namespace penstock::schema
