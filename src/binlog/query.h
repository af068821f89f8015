// QUERY: a statement, with the session variables it was run under; and what EXECUTE_LOAD_QUERY
// (load_data.h) and QUERY_COMPRESSED (compressed_event.h) have in common with it.
//
// Layout: u32 thread, u32 seconds, u8 schema length, u16 error, u16 length of the status
// variables, those, schema, NUL, text. A status variable that is not known here is an error: its
// length is unknown, and running the statement without it could do something else.
// Source: mysql-9.7 libs/mysql/binlog/event/statement_events.cpp; MariaDB 10.11 and 11.8
// sql/log_event.cc, whose own variables have the codes from 128. Pure, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "binlog/event_view.h"

namespace penstock::binlog {

// OPTION_* bits of flags2 that the server writes.
inline constexpr std::uint32_t query_auto_is_null_flag = 1U << 14;
inline constexpr std::uint32_t query_not_autocommit_flag = 1U << 19;
inline constexpr std::uint32_t query_no_foreign_key_checks_flag = 1U << 26;
inline constexpr std::uint32_t query_relaxed_unique_checks_flag = 1U << 27;

// Collation ids of character_set_client, collation_connection and collation_server.
struct QueryCharset {
    std::uint16_t client = 0;
    std::uint16_t connection = 0;
    std::uint16_t server = 0;
    friend bool operator==(const QueryCharset&, const QueryCharset&) = default;
};

// MariaDB's default collation of a character set (character_set_collations).
struct CharsetCollation {
    std::uint16_t charset = 0;  // the id of its primary collation
    std::uint16_t collation = 0;
    friend bool operator==(const CharsetCollation&, const CharsetCollation&) = default;
};

// Before the status variables; in EXECUTE_LOAD_QUERY there are 13 more.
inline constexpr std::size_t query_fixed_bytes = 13;

// Absent values were not in the event; views are borrowed from it.
struct QueryEvent {
    std::uint32_t thread_id = 0;
    std::uint32_t exec_time = 0;  // seconds
    std::uint16_t error_code = 0;
    std::string_view schema;  // the default database; may be empty
    std::string_view sql;

    std::optional<std::uint32_t> flags2;
    std::optional<std::uint64_t> sql_mode;
    std::string_view catalog;
    std::optional<std::uint16_t> auto_increment_increment;
    std::optional<std::uint16_t> auto_increment_offset;
    std::optional<QueryCharset> charset;
    std::string_view time_zone;  // empty: absent
    std::optional<std::uint16_t> lc_time_names;
    std::optional<std::uint16_t> collation_database;
    std::optional<std::uint64_t> table_map_for_update;
    std::optional<std::string_view> invoker_user;
    std::optional<std::string_view> invoker_host;
    std::vector<std::string_view> updated_schemas;
    bool updated_schemas_overflow = false;  // more than the server would list
    std::optional<std::uint32_t> microseconds;
    std::optional<bool> explicit_defaults_for_timestamp;
    std::optional<std::uint64_t> ddl_xid;
    std::optional<std::uint16_t> default_collation_for_utf8mb4;
    std::optional<std::uint8_t> sql_require_primary_key;
    std::optional<std::uint8_t> default_table_encryption;
    std::optional<std::uint8_t> enable_cascade_triggers;
    // Of MariaDB: the extra_flags of mariadb_gtid_event.h, and which START ALTER it ends.
    std::optional<std::uint8_t> mariadb_gtid_extra_flags;
    std::optional<std::uint64_t> mariadb_start_alter_sequence;
    std::vector<CharsetCollation> charset_collations;
};

[[nodiscard]] Result<QueryEvent> parse_query(const EventView& event);

// What a statement does to the transaction it is in, as far as the binlog's grammar goes.
enum class QueryKind : std::uint8_t {
    begin,
    commit,
    rollback,
    savepoint,                 // SAVEPOINT x, ROLLBACK TO x, RELEASE SAVEPOINT x
    xa_start,                  // XA START: a group of statements follows
    xa_end,                    // XA END: the group's last statement
    xa,                        // XA COMMIT, ROLLBACK
    create_start_transaction,  // CREATE TABLE ... START TRANSACTION: its rows follow
    other,                     // DDL, or a change logged as a statement
};

[[nodiscard]] QueryKind classify_query(std::string_view sql);

}  // namespace penstock::binlog
