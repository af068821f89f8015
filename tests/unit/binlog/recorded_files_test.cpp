// The files of tests/unit/binlog/data, event by event.

#include <gtest/gtest.h>

#include <map>

#include "binlog/compressed_event.h"
#include "binlog/event_reader.h"
#include "binlog/previous_gtids.h"
#include "binlog/row_extra_info.h"
#include "binlog/stream_position.h"
#include "binlog/transaction_grammar.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

// Calls `look` with every event, and with what is in compressed ones in place of them.
template <class Look>
void for_each_event(const std::string& file, Look look) {
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        if (event->header.type == EventType::transaction_payload) {
            PayloadReader payload(parse_transaction_payload(*event).value());
            while (const auto inner = payload.next().value()) look(*inner);
        } else if (is_compressed(event->header.type)) {
            std::string buffer;
            look(expand_event(*event, buffer).value());
        } else {
            look(*event);
        }
    }
    EXPECT_TRUE(reader.rest().empty());
}

// All of one type that are in the file itself, so that they live as long as it does.
template <class Event>
std::vector<Event> all_of(const std::string& file, Flavour flavour) {
    std::vector<Event> out;
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        const DecodedEvent decoded = decode_event(*event, flavour).value();
        if (const auto* found = std::get_if<Event>(&decoded)) out.push_back(*found);
    }
    return out;
}

class RecordedFile : public testing::TestWithParam<const char*> {};

TEST_P(RecordedFile, is_read_to_the_last_row) {
    const std::string file = recorded_file(GetParam());
    Walker walker;
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        const auto walked = walker.walk(*event);
        ASSERT_TRUE(walked) << walked.error().to_string();
    }
    EXPECT_TRUE(reader.rest().empty());
}

TEST_P(RecordedFile, ends_every_event_where_its_header_says) {
    const std::string file = recorded_file(GetParam());
    EventReader reader(base::as_bytes(file));
    StreamPosition position("file", 4);
    while (const auto event = reader.next().value()) {
        EXPECT_TRUE(ends_at(event->header, reader.format()->flavour(), reader.offset()));
        position.advance(event->header);
        EXPECT_EQ(position.offset(), reader.offset());
    }
}

INSTANTIATE_TEST_SUITE_P(All, RecordedFile,
                         testing::Values("mysql-9.7.binlog", "mysql-9.7-previous-gtids.binlog",
                                         "mariadb-10.11.binlog", "mariadb-10.11-columns.binlog",
                                         "mariadb-11.8.binlog", "values-mariadb-11.8.binlog"));

TEST(RecordedMariadb, has_every_kind_of_event) {
    const std::string file = recorded_file("mariadb-10.11.binlog");
    std::map<std::string, int> types;
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) ++types[to_string(event->header.type)];
    EXPECT_EQ(types, (std::map<std::string, int>{{"Annotate_rows", 12},
                                                 {"Binlog_checkpoint", 1},
                                                 {"Delete_rows_compressed_v1", 1},
                                                 {"Format_desc", 1},
                                                 {"Gtid (MariaDB)", 28},
                                                 {"Gtid_list", 1},
                                                 {"Intvar", 7},
                                                 {"Query", 9},
                                                 {"Query_compressed", 17},
                                                 {"Rand", 1},
                                                 {"Rotate", 1},
                                                 {"Table_map", 12},
                                                 {"Update_rows_compressed_v1", 1},
                                                 {"User_var", 5},
                                                 {"Write_rows_compressed_v1", 2},
                                                 {"Write_rows_v1", 8},
                                                 {"XA_prepare", 2},
                                                 {"Xid", 12}}));
}

TEST(RecordedMariadb, follows_the_grammar) {
    const std::string file = recorded_file("mariadb-10.11.binlog");
    TransactionGrammar grammar({.flavour = Flavour::mariadb, .carried_only = false});
    std::map<TransactionStep, int> steps;
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        const auto step = grammar.feed(*event);
        ASSERT_TRUE(step) << step.error().to_string();
        ++steps[*step];
    }
    EXPECT_FALSE(grammar.inside());
    EXPECT_EQ(steps[TransactionStep::gtid], 28);
    EXPECT_EQ(steps[TransactionStep::ddl] + steps[TransactionStep::commit] +
                  steps[TransactionStep::rollback],
              28);
    EXPECT_EQ(steps[TransactionStep::rollback], 1);
    EXPECT_EQ(steps[TransactionStep::ddl], 10);
}

TEST(RecordedMariadb, has_its_gtids) {
    const std::string file = recorded_file("mariadb-10.11.binlog");
    MariadbGtidSet set;
    std::size_t with_xa = 0;
    for (const MariadbGtidEvent& event : all_of<MariadbGtidEvent>(file, Flavour::mariadb)) {
        set.add(event.gtid);
        if (event.xa) ++with_xa;
    }
    EXPECT_EQ(set.to_string(), "0-27384-1-24,5-27384-1-4");
    EXPECT_EQ(with_xa, 4U);
}

TEST(RecordedMariadb, has_what_gtids_tell_since_11_5) {
    const std::string file = recorded_file("mariadb-11.8.binlog");
    std::size_t started = 0, ended = 0, of_two_engines = 0;
    for (const MariadbGtidEvent& event : all_of<MariadbGtidEvent>(file, Flavour::mariadb)) {
        EXPECT_NE(event.extra_flags & mariadb_gtid_thread_flag, 0);
        EXPECT_EQ(event.thread_id, 14U);
        if ((event.extra_flags & mariadb_gtid_start_alter_flag) != 0) ++started;
        if (event.start_alter_sequence != 0) ++ended;
        if (event.extra_engines != 0) ++of_two_engines;
    }
    EXPECT_EQ(started, 2U);
    EXPECT_EQ(ended, 2U);
    EXPECT_EQ(of_two_engines, 2U);
}

// The types that go through a transaction's cache have no position in this file, others have one.
TEST(RecordedMariadb, leaves_positions_out_where_it_may) {
    const std::string file = recorded_file("mariadb-11.8.binlog");
    std::map<std::string, int> left_out;
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        if (event->header.log_pos == 0) ++left_out[to_string(event->header.type)];
    }
    EXPECT_EQ(left_out, (std::map<std::string, int>{{"Annotate_rows", 18},
                                                    {"Delete_rows_v1", 1},
                                                    {"Intvar", 3},
                                                    {"Query", 3},
                                                    {"Query_compressed", 5},
                                                    {"Rand", 1},
                                                    {"Table_map", 19},
                                                    {"Update_rows_compressed_v1", 4},
                                                    {"User_var", 3},
                                                    {"Write_rows_compressed_v1", 7},
                                                    {"Write_rows_v1", 7}}));
}

TEST(RecordedMariadb, has_the_texts_that_were_run) {
    const std::string file = recorded_file("mariadb-10.11.binlog");
    std::vector<std::string> texts;
    for_each_event(file, [&](const EventView& event) {
        if (event.header.type == EventType::query) {
            texts.emplace_back(parse_query(event).value().sql);
        }
        if (event.header.type == EventType::mariadb_annotate_rows) {
            texts.emplace_back(parse_rows_query(event).value().text);
        }
    });
    const auto has = [&](std::string_view text) {
        return std::find(texts.begin(), texts.end(), text) != texts.end();
    };
    EXPECT_TRUE(has("INSERT INTO st(b,c) VALUES (@v, RAND())"));
    EXPECT_TRUE(has("UPDATE t SET s=REPEAT('xyz',90) WHERE id=1"));
    EXPECT_TRUE(has("DROP TABLE `c2` /* generated by server */"));
    EXPECT_TRUE(has("XA ROLLBACK X'7833',X'',1"));
}

TEST(RecordedMariadb, has_compressed_rows_of_the_values_that_were_written) {
    const std::string file = recorded_file("mariadb-10.11.binlog");
    std::string abc;
    while (abc.size() < 270) abc += "abc";
    std::size_t images = 0;
    for (const RowsKind kind : {RowsKind::write, RowsKind::update}) {
        std::optional<RowLayout> layout;
        for_each_event(file, [&](const EventView& event) {
            if (event.header.type == EventType::table_map) {
                layout = RowLayout::compile(parse_table_map(event).value()).value();
            }
            if (!is_rows(event.header.type)) return;
            const RowsEvent rows = parse_rows(event).value();
            if (rows.kind != kind) return;
            const Bytes columns =
                kind == RowsKind::write ? rows.columns_after : rows.columns_before;
            std::vector<ColumnValue> values;
            ASSERT_TRUE(layout->split(rows.rows, columns, values));
            if (values.size() > 1 && base::as_text(values[1].content()) == abc) ++images;
        });
    }
    EXPECT_EQ(images, 2U) << "inserted, and as the update found it";
}

TEST(RecordedMysql, follows_the_grammar) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    TransactionGrammar grammar({.payload_is_whole = true, .carried_only = false});
    std::map<TransactionStep, int> steps;
    EventReader reader(base::as_bytes(file));
    while (const auto event = reader.next().value()) {
        const auto step = grammar.feed(*event);
        ASSERT_TRUE(step) << step.error().to_string();
        ++steps[*step];
    }
    EXPECT_FALSE(grammar.inside());
    EXPECT_EQ(steps[TransactionStep::gtid], 20);
    EXPECT_EQ(steps[TransactionStep::ddl] + steps[TransactionStep::commit], 20);
    EXPECT_EQ(steps[TransactionStep::ddl], 4);
}

TEST(RecordedMysql, is_refused_where_it_cannot_be_carried) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    TransactionGrammar grammar({.payload_is_whole = true});
    EventReader reader(base::as_bytes(file));
    Result<TransactionStep> step = TransactionStep::outside;
    while (step) {
        const auto event = reader.next().value();
        ASSERT_TRUE(event) << "the XA transaction was not refused";
        step = grammar.feed(*event);
    }
    EXPECT_NE(step.error().text.find("Query event (type 2) at offset 3"), std::string::npos)
        << step.error().text;
}

TEST(RecordedMysql, has_the_servers_own_version_in_its_gtids) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    GtidSet set;
    for (const GtidEvent& event : all_of<GtidEvent>(file, Flavour::mysql)) {
        set.add(event.gtid);
        EXPECT_EQ(event.immediate_server_version, 90704U);
        EXPECT_EQ(event.original_server_version, 90704U);
    }
    const std::string next = recorded_file("mysql-9.7-previous-gtids.binlog");
    const auto previous = all_of<GtidSet>(next, Flavour::mysql);
    ASSERT_EQ(previous.size(), 1U);
    EXPECT_EQ(previous[0], set);
    EXPECT_EQ(set.count(), 20U);
    EXPECT_NE(set.to_string().find(":1-19:my_tag:1"), std::string::npos);
}

TEST(RecordedMysql, has_user_variables_of_every_kind) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    const auto variables = all_of<UserVarEvent>(file, Flavour::mysql);
    ASSERT_EQ(variables.size(), 5U);
    EXPECT_EQ(variables[0].name, "v");
    EXPECT_EQ(base::as_text(variables[0].value), "hallo");
    EXPECT_EQ(variables[1].kind, UserVarKind::integer);
    EXPECT_EQ(static_cast<std::int64_t>(base::load_le(variables[1].value.data(), 8)), -5);
    EXPECT_EQ(variables[2].kind, UserVarKind::real);
    EXPECT_EQ(variables[3].kind, UserVarKind::decimal);
    EXPECT_TRUE(variables[4].is_null);
}

TEST(RecordedMysql, has_the_file_that_was_loaded) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    const auto blocks = all_of<LoadBlockEvent>(file, Flavour::mysql);
    ASSERT_EQ(blocks.size(), 1U);
    EXPECT_EQ(base::as_text(blocks[0].block), "one\ntwo\n");
    const auto loads = all_of<ExecuteLoadQueryEvent>(file, Flavour::mysql);
    ASSERT_EQ(loads.size(), 1U);
    const ExecuteLoadQueryEvent& load = loads[0];
    EXPECT_EQ(load.query.sql.substr(load.name_start, load.name_end - load.name_start),
              " INFILE '/tmp/load/rows.txt' INTO");
    EXPECT_EQ(load.query.schema, "d");
}

TEST(RecordedMysql, has_the_partitions_of_its_rows) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    std::vector<std::pair<int, int>> updates;
    std::size_t others = 0;
    for (const RowsEvent& rows : all_of<RowsEvent>(file, Flavour::mysql)) {
        const RowExtraInfo info = decode_extra_info(rows).value();
        if (info.source_partition) updates.emplace_back(*info.source_partition, *info.partition);
        if (info.partition && !info.source_partition) ++others;
    }
    // a=1 in partition 1 of 3 became a=3 in partition 0.
    EXPECT_EQ(updates, (std::vector<std::pair<int, int>>{{1, 0}}));
    EXPECT_GT(others, 5U);
}

TEST(RecordedMysql, has_the_session_that_a_statement_was_run_in) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    std::optional<QueryEvent> found;
    for (const QueryEvent& query : all_of<QueryEvent>(file, Flavour::mysql)) {
        if (query.sql == "INSERT INTO st(b,c) VALUES (NOW(6), 1)") found = query;
    }
    ASSERT_TRUE(found);
    EXPECT_EQ(found->time_zone, "+02:00");
    EXPECT_EQ(found->microseconds, 123456U);
    EXPECT_EQ(found->auto_increment_increment, 2U);
    EXPECT_EQ(found->lc_time_names, 4U);
}

}  // namespace
}  // namespace penstock::binlog::test
