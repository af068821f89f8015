#include "binlog/query.h"

#include <gtest/gtest.h>

#include "binlog/errors.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

std::string query_event(std::string_view variables, std::string_view schema, std::string_view sql) {
    std::string body;
    base::ByteWriter writer(body);
    writer.le(9, 4).le(2, 4).le(schema.size(), 1).le(1062, 2).le(variables.size(), 2);
    writer.text(variables).text(schema).le(0, 1).text(sql);
    return event_bytes(EventType::query, body);
}

TEST(Query, has_its_session_variables) {
    const std::string variables = from_hex(
                                      "00"
                                      "00000004") +  // flags2
                                  from_hex(
                                      "01"
                                      "2000204100000000") +  // sql_mode
                                  from_hex(
                                      "06"
                                      "03") +
                                  "std" +  // catalog
                                  from_hex(
                                      "03"
                                      "0200"
                                      "0300") +  // auto_increment
                                  from_hex(
                                      "04"
                                      "ff00"
                                      "fe00"
                                      "0800") +  // charset
                                  from_hex(
                                      "05"
                                      "06") +
                                  "+02:00" +  // time_zone
                                  from_hex(
                                      "07"
                                      "0400") +  // lc_time_names
                                  from_hex(
                                      "08"
                                      "ff00") +  // collation_database
                                  from_hex(
                                      "09"
                                      "0100000000000000") +  // table_map_for_update
                                  from_hex(
                                      "0b"
                                      "01") +
                                  "u" + from_hex("04") + "host" +  // invoker
                                  from_hex(
                                      "0c"
                                      "02") +
                                  std::string("db1\0d2\0", 7) +  // updated schemas
                                  from_hex(
                                      "0d"
                                      "40420f") +  // microseconds
                                  from_hex(
                                      "10"
                                      "01") +  // explicit defaults
                                  from_hex(
                                      "11"
                                      "0700000000000000") +  // ddl_xid
                                  from_hex(
                                      "12"
                                      "ff00"
                                      "13"
                                      "01"
                                      "14"
                                      "00"
                                      "15"
                                      "01");
    const std::string event = query_event(variables, "shop", "CREATE EVENT e DO SELECT 1");
    const QueryEvent query = parse_query(view_of(event)).value();
    EXPECT_EQ(query.thread_id, 9U);
    EXPECT_EQ(query.exec_time, 2U);
    EXPECT_EQ(query.error_code, 1062U);
    EXPECT_EQ(query.schema, "shop");
    EXPECT_EQ(query.sql, "CREATE EVENT e DO SELECT 1");
    EXPECT_EQ(query.flags2, query_no_foreign_key_checks_flag);
    EXPECT_EQ(query.sql_mode, 0x41200020U);
    EXPECT_EQ(query.catalog, "std");
    EXPECT_EQ(query.auto_increment_increment, 2U);
    EXPECT_EQ(query.auto_increment_offset, 3U);
    EXPECT_EQ(query.charset, (QueryCharset{255, 254, 8}));
    EXPECT_EQ(query.time_zone, "+02:00");
    EXPECT_EQ(query.lc_time_names, 4U);
    EXPECT_EQ(query.collation_database, 255U);
    EXPECT_EQ(query.table_map_for_update, 1U);
    EXPECT_EQ(query.invoker_user, "u");
    EXPECT_EQ(query.invoker_host, "host");
    EXPECT_EQ(query.updated_schemas, (std::vector<std::string_view>{"db1", "d2"}));
    EXPECT_EQ(query.microseconds, 1'000'000U);
    EXPECT_EQ(query.explicit_defaults_for_timestamp, true);
    EXPECT_EQ(query.ddl_xid, 7U);
    EXPECT_EQ(query.default_collation_for_utf8mb4, 255U);
    EXPECT_EQ(query.sql_require_primary_key, 1U);
    EXPECT_EQ(query.default_table_encryption, 0U);
    EXPECT_EQ(query.enable_cascade_triggers, 1U);
}

TEST(Query, has_what_mariadb_adds) {
    const std::string variables = from_hex(
        "00"
        "00000004"
        "83"  // before the others: 11.5 and later
        "02"
        "2100ff00"
        "0800"
        "2f00"
        "80"
        "40420f"
        "81"
        "6400000000000000"
        "82"
        "04"
        "0900000000000000"
        "ffff");
    const std::string event = query_event(variables, "d", "ALTER TABLE t ADD COLUMN x INT");
    const QueryEvent query = parse_query(view_of(event)).value();
    EXPECT_EQ(query.charset_collations, (std::vector<CharsetCollation>{{33, 255}, {8, 47}}));
    EXPECT_EQ(query.microseconds, 1'000'000U);
    EXPECT_EQ(query.ddl_xid, 100U);
    EXPECT_EQ(query.mariadb_gtid_extra_flags, 4U);
    EXPECT_EQ(query.mariadb_start_alter_sequence, 9U);
    const std::string started = query_event(from_hex("8202"), "d", "ALTER TABLE t");
    EXPECT_FALSE(parse_query(view_of(started)).value().mariadb_start_alter_sequence);
}

TEST(Query, with_an_unknown_status_variable_is_refused) {
    const std::string event = query_event(from_hex("7f00"), "", "BEGIN");
    const auto query = parse_query(view_of(event));
    ASSERT_FALSE(query);
    EXPECT_EQ(query.error().code, error_unsupported_event);
    EXPECT_NE(query.error().text.find("status variable 127"), std::string::npos);
}

TEST(Query, with_a_truncated_status_variable_is_corrupt) {
    for (const char* hex :
         {"00ffffff", "0b0561", "0c0161", "01", "0d4042", "804042", "8204", "83012100"}) {
        const auto query = parse_query(view_of(query_event(from_hex(hex), "", "BEGIN")));
        ASSERT_FALSE(query) << hex;
        EXPECT_EQ(query.error().kind, ErrorKind::corrupt) << hex;
    }
}

TEST(Query, that_updates_too_many_schemas_says_so) {
    const std::string event = query_event(from_hex("0cfe"
                                                   "1001"),
                                          "", "DROP DATABASE d");
    const QueryEvent query = parse_query(view_of(event)).value();
    EXPECT_TRUE(query.updated_schemas_overflow);
    EXPECT_EQ(query.explicit_defaults_for_timestamp, true);
}

TEST(Query, is_classified_by_its_first_words) {
    EXPECT_EQ(classify_query("BEGIN"), QueryKind::begin);
    EXPECT_EQ(classify_query("COMMIT"), QueryKind::commit);
    EXPECT_EQ(classify_query("ROLLBACK"), QueryKind::rollback);
    EXPECT_EQ(classify_query("ROLLBACK TO `a`"), QueryKind::savepoint);
    EXPECT_EQ(classify_query("SAVEPOINT `a`"), QueryKind::savepoint);
    EXPECT_EQ(classify_query("XA START X'61',X'',1"), QueryKind::xa_start);
    EXPECT_EQ(classify_query("XA END X'61',X'',1"), QueryKind::xa_end);
    EXPECT_EQ(classify_query("XA COMMIT X'61',X'',1"), QueryKind::xa);
    EXPECT_EQ(classify_query("CREATE TABLE `t` (`a` int) START TRANSACTION"),
              QueryKind::create_start_transaction);
    EXPECT_EQ(classify_query("CREATE TABLE `t` (`a` int)"), QueryKind::other);
    EXPECT_EQ(classify_query("BEGINNING"), QueryKind::other);
    EXPECT_EQ(classify_query(""), QueryKind::other);
}

}  // namespace
}  // namespace penstock::binlog::test
