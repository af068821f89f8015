// Every real file that a server's own tool reads is read here, too, to its last row.

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "binlog/binlog_statement.h"
#include "binlog/event_reader.h"
#include "binlog/gtid_event.h"
#include "binlog/payload.h"
#include "binlog/transaction_grammar.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

Result<Walker> walk_file(const std::string& bytes) {
    EventReader reader(base::as_bytes(bytes));
    Walker walker;
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> event, reader.next());
        if (!event) break;
        PENSTOCK_TRY(walker.walk(*event));
    }
    PENSTOCK_TRY(reader.finish());
    return walker;
}

// Cut short inside of its last event, which both tools take for the end of a file.
constexpr std::string_view cut_short = "mysql_common/binlog_truncated_prev_gtid_event.000001";

class RealFiles : public testing::Test {
protected:
    void SetUp() override {
        const auto found = binlog_folder();
        if (!found) GTEST_SKIP() << "no folder of real binlog files";
        folder_ = *found;
    }
    std::string file(std::string_view name) const { return read_real_file(folder_ / name); }
    std::filesystem::path folder_;
};

TEST_F(RealFiles, that_either_tool_reads_are_read_to_the_last_row) {
    std::size_t files = 0, rows = 0;
    for (const RealFile& expected : real_files(folder_)) {
        if (!expected.mysqlbinlog_reads && !expected.mariadb_binlog_reads) continue;
        if (expected.name == cut_short) continue;
        const auto walker = walk_file(file(expected.name));
        EXPECT_TRUE(walker) << expected.name << ": " << walker.error().to_string();
        if (walker) rows += walker->rows;
        ++files;
    }
    EXPECT_EQ(files, 40U);
    EXPECT_GT(rows, 47000U);  // most of them in the Sakila sample database
}

TEST_F(RealFiles, that_both_tools_refuse_are_refused_with_offset_and_type) {
    const std::map<std::string_view, std::string_view> reasons{
        {"mysql_common/binlog_truncated_event.000001",
         "Format_desc event (type 15) at offset 4: the file ends inside of it"},
        {"mysql_common/bug40482-bin.000001", "Incident event (type 26) at offset 106: incident 66"},
        {"mysql_common/corrupt-relay-bin.000624",
         "Query event (type 2) at offset 91204: truncated"},
        // Of a server that was never released.
        {"mysql_common/ver_5_1-wl2325_r.001",
         "Format_desc event (type 15) at offset 4: written by 5.2.2-a_drop6p13-debug-log"},
        {"mysql_common/ver_5_1-wl2325_s.001",
         "Format_desc event (type 15) at offset 4: written by 5.2.2-a_drop6p13-debug-log"},
    };
    std::size_t files = 0;
    for (const RealFile& expected : real_files(folder_)) {
        if (expected.mysqlbinlog_reads || expected.mariadb_binlog_reads) continue;
        ++files;
        const auto walker = walk_file(file(expected.name));
        ASSERT_FALSE(walker) << expected.name;
        EXPECT_EQ(walker.error().text.find(reasons.at(expected.name)), 0U)
            << expected.name << ": " << walker.error().text;
    }
    EXPECT_EQ(files, reasons.size());
}

TEST_F(RealFiles, follow_the_grammar_with_everything_that_servers_write) {
    // 5.1.23 wrote rows outside of transactions; the padding of Aurora ends a file inside of one.
    constexpr std::string_view rows_without_begin = "mysql_common/ver_5_1_23.001";
    constexpr std::string_view ends_inside = "connector_java/mysql-bin.aurora-padding";
    std::size_t transactions = 0;
    for (const RealFile& expected : real_files(folder_)) {
        if (!expected.mysqlbinlog_reads && !expected.mariadb_binlog_reads) continue;
        if (expected.name == rows_without_begin) continue;
        const std::string bytes = file(expected.name);
        EventReader reader(base::as_bytes(bytes));
        ASSERT_TRUE(reader.next().value()) << expected.name;
        TransactionGrammar grammar({.gtid_required = false,
                                    .payload_is_whole = true,
                                    .flavour = reader.format()->flavour(),
                                    .carried_only = false});
        while (const auto event = reader.next().value()) {
            const auto step = grammar.feed(*event);
            ASSERT_TRUE(step) << expected.name << ": " << step.error().to_string();
            if (ends_transaction(*step)) ++transactions;
        }
        EXPECT_EQ(grammar.inside(), expected.name == ends_inside) << expected.name;
    }
    EXPECT_GT(transactions, 300U);
}

TEST_F(RealFiles, truncated_inside_of_an_event_ask_for_more_bytes) {
    const std::string bytes = file("mysql_common/binlog_truncated_prev_gtid_event.000001");
    EventReader reader(base::as_bytes(bytes));
    ASSERT_TRUE(reader.next().value());
    EXPECT_FALSE(reader.next().value());
    EXPECT_EQ(reader.rest().size(), 9U);
    EXPECT_EQ(reader.bytes_wanted(), event_header_bytes);
}

TEST_F(RealFiles, follow_the_grammar) {
    constexpr std::array<std::string_view, 12> files{
        "mysql_common/binlog-invisible-columns.000001",
        "mysql_common/binlog_transaction_with_GTID_TAG.000001",
        "mysql_common/binlog_transaction_with_anonymous_GTID.000001",
        "mysql_common/bug27213339-bin.000001",
        "mysql_common/json.binlog.000001",
        "mysql_common/rpl_atomic_ddl_rollback_full.000001",
        "mysql_common/rpl_unfiltered_hidden_gcol.000001",
        "mysql_common/vector.binlog",
        "mysql_common/transaction_compression.000001",
        "connector_java/mysql-bin.checksum-crc32",
        "connector_java/mysql-bin.checksum-none",
        "connector_java/mysql-bin.compressed",
    };
    for (const std::string_view name : files) {
        const std::string bytes = file(name);
        EventReader reader(base::as_bytes(bytes));
        TransactionGrammar grammar({.gtid_required = true, .payload_is_whole = true});
        while (const auto event = reader.next().value()) {
            const auto step = grammar.feed(*event);
            ASSERT_TRUE(step) << name << ": " << step.error().to_string();
        }
        EXPECT_FALSE(grammar.inside()) << name;
    }
}

TEST_F(RealFiles, have_compressed_events_that_follow_the_grammar_too) {
    const std::string bytes = file("connector_java/mysql-bin.compressed");
    EventReader reader(base::as_bytes(bytes));
    TransactionGrammar grammar;
    std::size_t commits = 0;
    while (const auto event = reader.next().value()) {
        const auto step = grammar.feed(*event);
        ASSERT_TRUE(step) << step.error().to_string();
        if (*step != TransactionStep::payload) continue;
        PayloadReader payload(parse_transaction_payload(*event).value());
        while (const auto inner = payload.next().value()) {
            const auto inner_step = grammar.feed(*inner);
            ASSERT_TRUE(inner_step) << inner_step.error().to_string();
            if (ends_transaction(*inner_step)) ++commits;
        }
    }
    EXPECT_GT(commits, 0U);
    EXPECT_FALSE(grammar.inside());
}

TEST_F(RealFiles, have_a_tagged_gtid) {
    const std::string bytes = file("mysql_common/binlog_transaction_with_GTID_TAG.000001");
    EventReader reader(base::as_bytes(bytes));
    std::vector<GtidEvent> gtids;
    while (const auto event = reader.next().value()) {
        if (is_gtid(event->header.type)) gtids.push_back(parse_gtid(*event).value());
    }
    ASSERT_FALSE(gtids.empty());
    EXPECT_FALSE(gtids[0].gtid.tag.empty());
    EXPECT_GE(gtids[0].gtid.number, 1);
    EXPECT_GT(gtids[0].transaction_length, 0U);
    // Microseconds since 1970: between 2020 and 2100.
    EXPECT_GT(gtids[0].immediate_commit_timestamp_us, 1'577'836'800'000'000U);
    EXPECT_LT(gtids[0].immediate_commit_timestamp_us, 4'102'444'800'000'000U);
    RecordProperty("gtid", gtids[0].gtid.to_string());
}

TEST_F(RealFiles, claim_the_length_that_their_transactions_have) {
    const std::string bytes = file("mysql_common/binlog_transaction_with_GTID_TAG.000001");
    EventReader reader(base::as_bytes(bytes));
    TransactionGrammar grammar;
    std::uint64_t claimed = 0, measured = 0, checked = 0;
    while (const auto event = reader.next().value()) {
        const TransactionStep step = grammar.feed(*event).value();
        if (step == TransactionStep::gtid) {
            claimed = parse_gtid(*event).value().transaction_length;
            measured = 0;
        }
        measured += event->whole.size();
        if (!ends_transaction(step)) continue;
        EXPECT_EQ(measured, claimed);
        ++checked;
    }
    EXPECT_GT(checked, 0U);
}

// The rows of a file by way of the statement builder, each transaction a statement.
struct Image {
    std::string schema_table;
    RowsKind kind;
    std::string before, after;
    bool operator==(const Image&) const = default;
};

class ImageCollector {
public:
    void feed(const EventView& event) {
        if (event.header.type == EventType::table_map) {
            const TableMap map = parse_table_map(event).value();
            names_[map.table_id] = std::string(map.schema) + "." + std::string(map.table);
            layouts_.insert_or_assign(map.table_id, RowLayout::compile(map).value());
        }
        if (!is_rows(event.header.type)) return;
        const RowsEvent rows = parse_rows(event).value();
        RowCursor cursor(layouts_.at(rows.table_id), rows);
        while (const auto row = cursor.next().value()) {
            images.push_back({names_.at(rows.table_id), rows.kind,
                              std::string(base::as_text(row->before)),
                              std::string(base::as_text(row->after))});
        }
    }
    std::vector<Image> images;

private:
    std::unordered_map<std::uint64_t, std::string> names_;
    std::unordered_map<std::uint64_t, RowLayout> layouts_;
};

void read_statement(const std::string& statement, ImageCollector& into) {
    const std::string bytes = from_base64(std::string_view(statement).substr(8));
    Bytes rest = base::as_bytes(bytes);
    while (!rest.empty()) {
        const EventHeader header = parse_event_header(rest).value();
        into.feed(view_event(rest.first(header.event_size), ChecksumAlgorithm::none).value());
        rest = rest.subspan(header.event_size);
    }
}

TEST_F(RealFiles, keep_their_row_images_through_the_statement_builder) {
    std::size_t rows = 0;
    for (const RealFile& expected : real_files(folder_)) {
        if (!expected.mysqlbinlog_reads) continue;
        const std::string bytes = file(expected.name);
        EventReader reader(base::as_bytes(bytes));
        ImageCollector before, after;
        BinlogStatementBuilder builder;
        std::unordered_map<std::uint64_t, std::string> maps;  // owned copies of the maps' events
        while (const auto event = reader.next().value()) {
            before.feed(*event);
            if (event->header.type == EventType::table_map) {
                const std::uint64_t id = parse_table_map(*event).value().table_id;
                maps[id] = event_bytes(EventType::table_map, base::as_text(event->body));
            }
            if (!is_rows(event->header.type)) continue;
            const RowsEvent parsed = parse_rows(*event).value();
            if (!builder.fits(parsed.flags)) read_statement(builder.finish(), after);
            const auto table =
                builder.add_table(parse_table_map(view_of(maps.at(parsed.table_id))).value());
            ASSERT_TRUE(builder.add_rows(table, parsed)) << expected.name;
        }
        if (!builder.empty()) read_statement(builder.finish(), after);
        EXPECT_EQ(before.images, after.images) << expected.name;
        rows += before.images.size();
    }
    EXPECT_GT(rows, 100U);
}

}  // namespace
}  // namespace penstock::binlog::test
