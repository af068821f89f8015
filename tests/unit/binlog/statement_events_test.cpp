// INTVAR, RAND, USER_VAR, XID, XA_PREPARE, LOAD DATA, INCIDENT, ROWS_QUERY, the extra information
// of rows, and group replication's events.

#include <gtest/gtest.h>

#include "binlog/group_replication.h"
#include "binlog/incident.h"
#include "binlog/load_data.h"
#include "binlog/row_extra_info.h"
#include "binlog/rows_query.h"
#include "binlog/statement_context.h"
#include "binlog/xid.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

// The parser must refuse the body at every length below its own, and with nothing behind it.
template <class Parse>
void expect_refused_when_cut(EventType type, const std::string& body, Parse parse) {
    ASSERT_TRUE(parse(view_of(event_bytes(type, body))));
    for (std::size_t bytes = 0; bytes < body.size(); ++bytes) {
        const std::string event = event_bytes(type, body.substr(0, bytes));
        const auto parsed = parse(view_of(event));
        ASSERT_FALSE(parsed) << bytes;
        EXPECT_EQ(parsed.error().kind, ErrorKind::corrupt);
        EXPECT_NE(parsed.error().text.find(to_string(type)), std::string::npos);
    }
}

TEST(Intvar, says_which_variable) {
    const std::string body = from_hex(
        "02"
        "0807060504030201");
    const std::string event = event_bytes(EventType::intvar, body);
    const IntvarEvent intvar = parse_intvar(view_of(event)).value();
    EXPECT_EQ(intvar.kind, IntvarKind::insert_id);
    EXPECT_EQ(intvar.value, 0x0102030405060708U);
    expect_refused_when_cut(EventType::intvar, body, parse_intvar);
    EXPECT_FALSE(parse_intvar(view_of(event_bytes(EventType::intvar, from_hex("03") + body))));
}

TEST(Rand, has_two_seeds) {
    const std::string body = from_hex("0100000000000000ffffffffffffffff");
    const std::string event = event_bytes(EventType::rand, body);
    const RandEvent rand = parse_rand(view_of(event)).value();
    EXPECT_EQ(rand.seed1, 1U);
    EXPECT_EQ(rand.seed2, ~std::uint64_t{0});
    expect_refused_when_cut(EventType::rand, body, parse_rand);
}

TEST(UserVar, of_each_kind) {
    const auto parse = [](const std::string& hex) {
        // The event must outlive its views.
        static std::string event;
        event = event_bytes(EventType::user_var, from_hex("0100000076" + hex));
        return parse_user_var(view_of(event));
    };
    EXPECT_TRUE(parse("01").value().is_null);
    EXPECT_EQ(parse("01").value().name, "v");

    const UserVarEvent text = parse("00002d000000020000006869").value();
    EXPECT_EQ(text.kind, UserVarKind::string);
    EXPECT_EQ(text.collation, 45U);
    EXPECT_EQ(base::as_text(text.value), "hi");

    const UserVarEvent number = parse("00020800000008000000ffffffffffffffff01").value();
    EXPECT_EQ(number.kind, UserVarKind::integer);
    EXPECT_TRUE(number.is_unsigned);
    EXPECT_EQ(number.value.size(), 8U);
    EXPECT_FALSE(parse("00020800000008000000ffffffffffffffff00").value().is_unsigned);

    EXPECT_EQ(parse("0004080000000400000003028119").value().kind, UserVarKind::decimal);
    EXPECT_EQ(parse("00000800000001000000310205696e657436").value().data_type, "inet6");

    EXPECT_FALSE(parse("0003080000000100000031")) << "a row";
    EXPECT_FALSE(parse("00020800000007000000ffffffffffffff")) << "an integer of 7 bytes";
    EXPECT_FALSE(parse("0004080000000400000001028119")) << "more scale than precision";
    EXPECT_FALSE(parse("00000800000001000000310206696e657436")) << "a type's name cut short";
    EXPECT_FALSE(parse("0000080000000200000031")) << "a value cut short";
}

TEST(UserVar, whose_name_is_longer_than_the_event_is_refused) {
    const std::string event = event_bytes(EventType::user_var, from_hex("ffffffff7601"));
    EXPECT_FALSE(parse_user_var(view_of(event)));
}

TEST(Xid, is_a_number) {
    const std::string body = from_hex("1500000000000000");
    const std::string event = event_bytes(EventType::xid, body);
    EXPECT_EQ(parse_xid(view_of(event)).value().number, 21U);
    expect_refused_when_cut(EventType::xid, body, parse_xid);
}

TEST(XaPrepare, names_its_transaction_as_the_server_does) {
    const std::string body = from_hex(
        "01"
        "07000000"
        "02000000"
        "01000000"
        "783162");
    const std::string event = event_bytes(EventType::xa_prepare, body);
    const XaPrepareEvent prepare = parse_xa_prepare(view_of(event)).value();
    EXPECT_TRUE(prepare.one_phase);
    EXPECT_EQ(prepare.xa.to_string(), "X'7831',X'62',7");
    expect_refused_when_cut(EventType::xa_prepare, body, parse_xa_prepare);
}

TEST(XaPrepare, with_parts_that_no_transaction_has_is_refused) {
    for (const char* lengths :
         {"0000000001000000", "4100000000000000", "0100000041000000", "ffffffff01000000"}) {
        const std::string body = from_hex("0001000000") + from_hex(lengths) + std::string(200, 'x');
        EXPECT_FALSE(parse_xa_prepare(view_of(event_bytes(EventType::xa_prepare, body))))
            << lengths;
    }
}

TEST(LoadBlock, has_the_files_bytes) {
    const std::string body = from_hex("01000000") + "one\ntwo\n";
    const std::string event = event_bytes(EventType::begin_load_query, body);
    const LoadBlockEvent block = parse_load_block(view_of(event)).value();
    EXPECT_EQ(block.file_id, 1U);
    EXPECT_EQ(base::as_text(block.block), "one\ntwo\n");
    EXPECT_FALSE(parse_load_block(view_of(event_bytes(EventType::append_block, "123"))));
}

std::string load_query(std::uint64_t start, std::uint64_t end, std::uint8_t duplicates) {
    std::string body;
    base::ByteWriter writer(body);
    writer.le(9, 4).le(2, 4).le(1, 1).le(0, 2).le(5, 2);               // as in QUERY
    writer.le(7, 4).le(start, 4).le(end, 4).le(duplicates, 1);         // what is more
    writer.le(0, 1).le(0, 4).text("d").le(0, 1).text("LOAD 'x' ...");  // flags2, schema, text
    return event_bytes(EventType::execute_load_query, body);
}

TEST(ExecuteLoadQuery, is_a_query_with_more) {
    const std::string event = load_query(5, 8, 2);
    const ExecuteLoadQueryEvent load = parse_execute_load_query(view_of(event)).value();
    EXPECT_EQ(load.file_id, 7U);
    EXPECT_EQ(load.query.sql.substr(load.name_start, load.name_end - load.name_start), "'x'");
    EXPECT_EQ(load.duplicates, LoadDuplicates::replace);
    EXPECT_EQ(load.query.schema, "d");
    EXPECT_EQ(load.query.flags2, 0U);
    EXPECT_FALSE(parse_execute_load_query(view_of(load_query(8, 5, 0))));
    EXPECT_FALSE(parse_execute_load_query(view_of(load_query(5, 13, 0))));
    EXPECT_FALSE(parse_execute_load_query(view_of(load_query(5, 8, 3))));
}

TEST(ExecuteLoadQuery, cut_anywhere_before_its_text_is_refused) {
    const std::string whole = load_query(0, 0, 0);
    const std::string body = whole.substr(
        event_header_bytes, whole.size() - event_header_bytes - std::string("LOAD 'x' ...").size());
    expect_refused_when_cut(EventType::execute_load_query, body, parse_execute_load_query);
}

TEST(Incident, says_that_changes_are_lost) {
    const std::string body = from_hex(
                                 "0100"
                                 "04") +
                             "gone";
    const std::string event = event_bytes(EventType::incident, body);
    EXPECT_EQ(parse_incident(view_of(event)).value().message, "gone");
    expect_refused_when_cut(EventType::incident, body, parse_incident);
    EXPECT_FALSE(parse_incident(view_of(event_bytes(EventType::incident, from_hex("000000")))));
}

TEST(RowsQuery, is_longer_than_its_length_says) {
    const std::string text(300, 'q');
    const std::string of_mysql = event_bytes(EventType::rows_query, "\x2c" + text);
    EXPECT_EQ(parse_rows_query(view_of(of_mysql)).value().text, text);
    const std::string of_mariadb = event_bytes(EventType::mariadb_annotate_rows, text);
    EXPECT_EQ(parse_rows_query(view_of(of_mariadb)).value().text, text);
    EXPECT_FALSE(parse_rows_query(view_of(event_bytes(EventType::rows_query, ""))));
}

RowsEvent with_extra_info(RowsKind kind, const std::string& bytes) {
    RowsEvent rows;
    rows.kind = kind;
    rows.extra_info = base::as_bytes(bytes);
    return rows;
}

TEST(RowExtraInfo, has_partitions_and_what_ndb_adds) {
    const std::string update = from_hex(
        "00"
        "0400aabb"
        "01"
        "02000100");
    const auto info = decode_extra_info(with_extra_info(RowsKind::update, update)).value();
    EXPECT_EQ(info.ndb->format, 0U);
    EXPECT_EQ(info.ndb->data.size(), 2U);
    EXPECT_EQ(info.partition, 2U);
    EXPECT_EQ(info.source_partition, 1U);
    const std::string write = from_hex("010200");
    const auto written = decode_extra_info(with_extra_info(RowsKind::write, write)).value();
    EXPECT_EQ(written.partition, 2U);
    EXPECT_FALSE(written.source_partition);
    EXPECT_FALSE(written.ndb);
}

TEST(RowExtraInfo, of_an_unknown_kind_ends_the_list) {
    const std::string bytes = from_hex(
        "010200"
        "07ffff");
    EXPECT_EQ(decode_extra_info(with_extra_info(RowsKind::remove, bytes)).value().partition, 2U);
}

TEST(RowExtraInfo, that_is_damaged_is_refused) {
    for (const char* hex : {"00", "0000", "000100", "000500aabb", "01", "0102", "010200010"}) {
        const std::string bytes = from_hex(hex);
        EXPECT_FALSE(decode_extra_info(with_extra_info(RowsKind::update, bytes))) << hex;
    }
}

TEST(TransactionContext, has_its_sets) {
    const std::string body = from_hex(
                                 "03"
                                 "09000000"
                                 "01"
                                 "02000000"
                                 "02000000"
                                 "01000000") +
                             "abc" + "sn" + from_hex("0100") + "x" + from_hex("0000") +
                             from_hex("0200") + "yz";
    const std::string event = event_bytes(EventType::transaction_context, body);
    const TransactionContextEvent context = parse_transaction_context(view_of(event)).value();
    EXPECT_EQ(context.server_uuid, "abc");
    EXPECT_EQ(context.thread_id, 9U);
    EXPECT_TRUE(context.gtid_specified);
    ASSERT_EQ(context.write_set.size(), 2U);
    EXPECT_EQ(base::as_text(context.write_set[0]), "x");
    ASSERT_EQ(context.read_set.size(), 1U);
    EXPECT_EQ(base::as_text(context.read_set[0]), "yz");
    expect_refused_when_cut(EventType::transaction_context, body, parse_transaction_context);
}

TEST(ViewChange, has_its_certification) {
    const std::string body = "16000:3" + std::string(33, '\0') +
                             from_hex(
                                 "0500000000000000"
                                 "01000000"
                                 "0100") +
                             "k" + from_hex("02000000") + "vw";
    const std::string event = event_bytes(EventType::view_change, body);
    const ViewChangeEvent view = parse_view_change(view_of(event)).value();
    EXPECT_EQ(view.view_id, "16000:3");
    EXPECT_EQ(view.sequence_number, 5);
    ASSERT_EQ(view.certification.size(), 1U);
    EXPECT_EQ(view.certification[0].key, "k");
    EXPECT_EQ(base::as_text(view.certification[0].value), "vw");
    expect_refused_when_cut(EventType::view_change, body, parse_view_change);
}

TEST(ViewChange, that_claims_four_billion_entries_is_refused_without_making_room_for_them) {
    const std::string body = "v" + std::string(39, '\0') + from_hex("0500000000000000ffffffff");
    EXPECT_FALSE(parse_view_change(view_of(event_bytes(EventType::view_change, body))));
}

}  // namespace
}  // namespace penstock::binlog::test
