#include "binlog/binlog_statement.h"

#include <gtest/gtest.h>

#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

TableShape shape_named(const std::string& name) {
    TableShape shape("d", name);
    shape.integer(4);
    return shape;
}

std::vector<std::string> events_of(const std::string& statement) {
    EXPECT_EQ(statement.substr(0, 8), "BINLOG '");
    EXPECT_EQ(statement.back(), '\'');
    const std::string bytes = from_base64(std::string_view(statement).substr(8));
    std::vector<std::string> events;
    for (std::size_t at = 0; at < bytes.size();) {
        const EventHeader header = parse_event_header(base::as_bytes(bytes).subspan(at)).value();
        events.push_back(bytes.substr(at, header.event_size));
        at += header.event_size;
    }
    return events;
}

std::string row(std::uint32_t value) {
    std::string image;
    RowImageWriter(image, 1).integer(value, 4);
    return image;
}

class StatementBuilder : public testing::Test {
protected:
    void write(const TableShape& shape, std::uint32_t value, std::uint16_t flags = 0) {
        const auto table = builder.add_table(shape.table_map());
        const std::string rows = row(value);
        ASSERT_TRUE(builder.add_rows(table, RowsKind::write, {}, base::as_bytes(all),
                                     base::as_bytes(rows), flags));
    }
    void remove(const TableShape& shape, std::uint32_t value) {
        const auto table = builder.add_table(shape.table_map());
        const std::string rows = row(value);
        ASSERT_TRUE(builder.add_rows(table, RowsKind::remove, base::as_bytes(all), {},
                                     base::as_bytes(rows), 0));
    }
    const std::string all = "\x01";
    const TableShape a = shape_named("a");
    const TableShape b = shape_named("b");
    BinlogStatementBuilder builder;
};

TEST_F(StatementBuilder, puts_all_maps_first_and_ends_the_statement_once) {
    write(a, 1, rows_statement_end_flag);
    write(b, 2, rows_statement_end_flag);
    remove(a, 3);
    const std::vector<std::string> events = events_of(builder.finish());
    ASSERT_EQ(events.size(), 5U);
    for (std::size_t i = 0; i < events.size(); ++i) {
        const EventView event = view_of(events[i]);
        EXPECT_EQ(event.header.type == EventType::table_map, i < 2);
        if (i < 2) continue;
        EXPECT_EQ(parse_rows(event).value().flags, i == 4 ? 1 : 0);
    }
    EXPECT_EQ(parse_rows(view_of(events[2])).value().table_id,
              parse_table_map(view_of(events[0])).value().table_id);
    EXPECT_EQ(parse_rows(view_of(events[3])).value().table_id,
              parse_table_map(view_of(events[1])).value().table_id);
    EXPECT_TRUE(builder.empty());
}

TEST_F(StatementBuilder, merges_neighbours_of_one_table_and_kind) {
    for (std::uint32_t i = 0; i < 10; ++i) write(a, i);
    remove(a, 3);
    write(a, 11);
    const std::vector<std::string> events = events_of(builder.finish());
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(parse_rows(view_of(events[1])).value().rows.size(), 50U);
    EXPECT_EQ(view_of(events[2]).header.type, EventType::delete_rows);
    EXPECT_EQ(parse_rows(view_of(events[3])).value().rows.size(), 5U);
}

TEST_F(StatementBuilder, keeps_updates_apart_because_they_may_be_of_one_row) {
    const auto table = builder.add_table(a.table_map());
    for (std::uint32_t i = 0; i < 3; ++i) {
        const std::string rows = row(i) + row(i + 1);
        ASSERT_TRUE(builder.add_rows(table, RowsKind::update, base::as_bytes(all),
                                     base::as_bytes(all), base::as_bytes(rows), 0));
    }
    EXPECT_EQ(events_of(builder.finish()).size(), 4U);
}

TEST_F(StatementBuilder, splits_events_at_their_limit) {
    builder = BinlogStatementBuilder({.statement_bytes_max = 4096, .event_bytes_max = 100});
    for (std::uint32_t i = 0; i < 100; ++i) write(a, i);
    for (const std::string& event : events_of(builder.finish())) EXPECT_LE(event.size(), 100U);
}

TEST_F(StatementBuilder, knows_its_size) {
    std::size_t written = 0;
    for (; written < 3; ++written) {
        for (std::uint32_t i = 0; i <= written; ++i) write(i % 2 == 0 ? a : b, i);
        const std::size_t size = builder.size();
        EXPECT_EQ(builder.finish().size(), size);
    }
    builder = BinlogStatementBuilder({.statement_bytes_max = 200});
    EXPECT_FALSE(builder.is_full());
    while (!builder.is_full()) write(a, 1);
    EXPECT_GE(builder.finish().size(), 200U);
}

TEST_F(StatementBuilder, refuses_flags_that_differ) {
    EXPECT_TRUE(builder.fits(0) && builder.fits(rows_no_foreign_key_checks_flag));
    write(a, 1, rows_no_foreign_key_checks_flag | rows_statement_end_flag);
    EXPECT_FALSE(builder.fits(0));
    EXPECT_TRUE(builder.fits(rows_no_foreign_key_checks_flag));
    const auto table = builder.add_table(a.table_map());
    const std::string rows = row(1);
    const auto added =
        builder.add_rows(table, RowsKind::write, {}, base::as_bytes(all), base::as_bytes(rows), 0);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, error_statement);
    const std::vector<std::string> events = events_of(builder.finish());
    EXPECT_EQ(parse_rows(view_of(events.back())).value().flags,
              rows_no_foreign_key_checks_flag | rows_statement_end_flag);
    EXPECT_TRUE(builder.fits(0));
}

TEST_F(StatementBuilder, refuses_rows_of_another_shape) {
    const auto table = builder.add_table(a.table_map());
    const std::string rows = row(1);
    const Bytes bytes = base::as_bytes(rows), present = base::as_bytes(all);
    EXPECT_FALSE(builder.add_rows(table, RowsKind::write, present, present, bytes, 0));
    EXPECT_FALSE(builder.add_rows(table, RowsKind::update, {}, present, bytes, 0));
    EXPECT_FALSE(builder.add_rows(table, RowsKind::remove, {}, present, bytes, 0));
    EXPECT_FALSE(builder.add_rows(table, RowsKind::write, {}, base::as_bytes("xx"), bytes, 0));
    EXPECT_FALSE(builder.add_rows(table, RowsKind::write, {}, present, {}, 0));
    EXPECT_TRUE(builder.empty());
}

TEST_F(StatementBuilder, turns_version_1_rows_into_version_2) {
    std::string body;
    base::ByteWriter(body).le(9, 6).le(rows_statement_end_flag, 2).le(1, 1).text(all).text(row(7));
    const std::string old = event_bytes(EventType::write_rows_v1, body);
    const auto table = builder.add_table(a.table_map());
    ASSERT_TRUE(builder.add_rows(table, parse_rows(view_of(old)).value()));
    const std::vector<std::string> events = events_of(builder.finish());
    const EventView event = view_of(events.at(1));
    EXPECT_EQ(event.header.type, EventType::write_rows);
    EXPECT_EQ(base::as_text(parse_rows(event).value().rows), row(7));
}

TEST_F(StatementBuilder, keeps_only_the_metadata_that_vectors_need) {
    TableMap map = a.table_map();
    const std::string types = "\xF2", length_bytes = "\x04";  // VECTOR
    map.column_types = base::as_bytes(types);
    map.metadata = base::as_bytes(length_bytes);
    const std::string metadata = from_hex(
                                     "01"
                                     "01"
                                     "80"
                                     "0d"
                                     "01"
                                     "03"
                                     "04"
                                     "02") +
                                 "\x01"
                                 "c";
    map.optional_metadata = base::as_bytes(metadata);
    const auto table = builder.add_table(map);
    const std::string rows = row(1);
    ASSERT_TRUE(
        builder.add_rows(table, RowsKind::write, {}, base::as_bytes(all), base::as_bytes(rows), 0));
    const std::vector<std::string> events = events_of(builder.finish());
    EXPECT_EQ(base::as_text(parse_table_map(view_of(events[0])).value().optional_metadata),
              from_hex("0d0103"));
}

TEST_F(StatementBuilder, tells_tables_apart_by_content_not_by_id) {
    TableMap same = a.table_map();
    same.table_id = 99;
    same.flags = table_map_bit_length_exact_flag | table_map_referred_fk_flag;
    EXPECT_EQ(builder.add_table(a.table_map()).index, builder.add_table(same).index);
    EXPECT_NE(builder.add_table(a.table_map()).index, builder.add_table(b.table_map()).index);
}

TEST(FormatDescriptionStatement, holds_our_event) {
    const std::string statement = format_description_statement("9.7.4");
    const std::vector<std::string> events = events_of(statement);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(parse_format_description(base::as_bytes(events[0])).value().server_version, "9.7.4");
}

}  // namespace
}  // namespace penstock::binlog::test
