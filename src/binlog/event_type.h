// The types of binlog events, of MySQL and of MariaDB.
//
// Source: mysql-9.7 libs/mysql/binlog/event/binlog_event.h (Log_event_type); MariaDB 10.11
// sql/log_event.h (160 and up). Numbers never change meaning, except that 43 and up may still be
// given one by MySQL: what 160 and up means is known only when it is known whose file it is, and
// the FORMAT_DESCRIPTION event says so. Pure.
#pragma once

#include <cstdint>

namespace penstock::binlog {

enum class Flavour : std::uint8_t { mysql, mariadb };

enum class EventType : std::uint8_t {
    unknown = 0,
    start_v3 = 1,
    query = 2,
    stop = 3,
    rotate = 4,
    intvar = 5,
    load = 6,
    slave = 7,
    create_file = 8,
    append_block = 9,
    exec_load = 10,
    delete_file = 11,
    new_load = 12,
    rand = 13,
    user_var = 14,
    format_description = 15,
    xid = 16,
    begin_load_query = 17,
    execute_load_query = 18,
    table_map = 19,
    pre_ga_write_rows = 20,
    pre_ga_update_rows = 21,
    pre_ga_delete_rows = 22,
    write_rows_v1 = 23,
    update_rows_v1 = 24,
    delete_rows_v1 = 25,
    incident = 26,
    heartbeat = 27,
    ignorable = 28,
    rows_query = 29,
    write_rows = 30,
    update_rows = 31,
    delete_rows = 32,
    gtid = 33,
    anonymous_gtid = 34,
    previous_gtids = 35,
    transaction_context = 36,
    view_change = 37,
    xa_prepare = 38,
    partial_update_rows = 39,
    transaction_payload = 40,
    heartbeat_v2 = 41,
    gtid_tagged = 42,
    large_transaction_header = 43,  // after 9.7; always written with the ignorable flag

    mariadb_annotate_rows = 160,
    mariadb_binlog_checkpoint = 161,
    mariadb_gtid = 162,
    mariadb_gtid_list = 163,
    mariadb_start_encryption = 164,
    mariadb_query_compressed = 165,
    mariadb_write_rows_compressed_v1 = 166,
    mariadb_update_rows_compressed_v1 = 167,
    mariadb_delete_rows_compressed_v1 = 168,
    mariadb_write_rows_compressed = 169,
    mariadb_update_rows_compressed = 170,
    mariadb_delete_rows_compressed = 171,
    mariadb_partial_row_data = 172,  // MariaDB 12.3: a piece of a rows event
};

// The highest MySQL type whose post-header length a 9.7 server declares.
inline constexpr std::uint8_t mysql_event_types = 42;

// As mysqlbinlog and SHOW BINLOG EVENTS spell it ("Write_rows"), "Unknown" for anything else.
[[nodiscard]] const char* to_string(EventType type);

[[nodiscard]] constexpr bool is_gtid(EventType type) {
    return type == EventType::gtid || type == EventType::anonymous_gtid ||
           type == EventType::gtid_tagged;
}
// Rows events that parse_rows() reads: version 1, version 2 and partial updates.
[[nodiscard]] constexpr bool is_rows(EventType type) {
    return (type >= EventType::write_rows_v1 && type <= EventType::delete_rows_v1) ||
           (type >= EventType::write_rows && type <= EventType::delete_rows) ||
           type == EventType::partial_update_rows;
}
// MariaDB's own types.
[[nodiscard]] constexpr bool is_mariadb(EventType type) {
    return type >= EventType::mariadb_annotate_rows && type <= EventType::mariadb_partial_row_data;
}
// MariaDB's compressed events (log_bin_compress): expand_event() makes ordinary ones of them.
[[nodiscard]] constexpr bool is_compressed(EventType type) {
    return type >= EventType::mariadb_query_compressed &&
           type <= EventType::mariadb_delete_rows_compressed;
}

}  // namespace penstock::binlog
