#include "binlog/transaction_grammar.h"

#include <gtest/gtest.h>

#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog::test {
namespace {

using Step = TransactionStep;

GrammarEvent of(EventType type) {
    GrammarEvent event;
    event.type = type;
    event.log_pos = 1234;
    return event;
}
GrammarEvent query(QueryKind kind) {
    GrammarEvent event = of(EventType::query);
    event.query = kind;
    return event;
}
GrammarEvent map(std::uint64_t id) {
    GrammarEvent event = of(EventType::table_map);
    event.table_id = id;
    return event;
}
GrammarEvent rows(std::uint64_t id, bool end) {
    GrammarEvent event = of(EventType::write_rows);
    event.table_id = id;
    event.statement_end = end;
    return event;
}

const GrammarEvent gtid = of(EventType::gtid);
const GrammarEvent begin = query(QueryKind::begin);
const GrammarEvent xid = of(EventType::xid);

// The steps of events that must all be taken.
std::vector<Step> steps(const std::vector<GrammarEvent>& events,
                        TransactionGrammar::Options options = {}) {
    TransactionGrammar grammar(options);
    std::vector<Step> out;
    for (const GrammarEvent& event : events) {
        const auto step = grammar.feed(event);
        EXPECT_TRUE(step) << step.error().to_string();
        if (!step) return out;
        out.push_back(*step);
    }
    EXPECT_EQ(grammar.inside(), !out.empty() && !ends_transaction(out.back()) &&
                                    out.back() != Step::outside && out.back() != Step::ignored);
    return out;
}

// The error of the last event; those before must be taken.
Error refusal(const std::vector<GrammarEvent>& events, TransactionGrammar::Options options = {}) {
    TransactionGrammar grammar(options);
    for (std::size_t i = 0; i + 1 < events.size(); ++i) EXPECT_TRUE(grammar.feed(events[i])) << i;
    const auto step = grammar.feed(events.back());
    EXPECT_FALSE(step);
    EXPECT_FALSE(grammar.feed(of(EventType::stop))) << "a grammar that has failed takes no more";
    return step ? Error{} : step.error();
}

TEST(Grammar, of_row_changes) {
    EXPECT_EQ(steps({gtid, begin, of(EventType::rows_query), map(1), map(2), rows(1, false),
                     rows(2, true), map(1), rows(1, true), xid}),
              (std::vector<Step>{Step::gtid, Step::begin, Step::statement, Step::statement,
                                 Step::statement, Step::statement, Step::statement, Step::statement,
                                 Step::statement, Step::commit}));
}

TEST(Grammar, of_a_statement_that_is_a_transaction) {
    EXPECT_EQ(steps({gtid, query(QueryKind::other), gtid, of(EventType::user_var),
                     query(QueryKind::other)}),
              (std::vector<Step>{Step::gtid, Step::ddl, Step::gtid, Step::statement, Step::ddl}));
}

TEST(Grammar, of_transactions_that_end_with_a_query) {
    EXPECT_EQ(steps({gtid, begin, query(QueryKind::commit), gtid, begin, map(1), rows(1, true),
                     query(QueryKind::savepoint), query(QueryKind::rollback)})
                  .back(),
              Step::rollback);
}

TEST(Grammar, of_create_table_start_transaction) {
    const GrammarEvent create = query(QueryKind::create_start_transaction);
    EXPECT_EQ(steps({gtid, create, map(1), rows(1, true), xid})[1], Step::begin);
    EXPECT_EQ(steps({gtid, begin, create, map(1), rows(1, true), xid})[2], Step::statement);
}

TEST(Grammar, of_compressed_transactions) {
    const GrammarEvent payload = of(EventType::transaction_payload);
    EXPECT_EQ(
        steps({gtid, payload, begin, map(1), rows(1, true), xid, gtid, payload, begin, xid}),
        (std::vector<Step>{Step::gtid, Step::payload, Step::begin, Step::statement, Step::statement,
                           Step::commit, Step::gtid, Step::payload, Step::begin, Step::commit}));
    EXPECT_EQ(steps({gtid, payload}, {.payload_is_whole = true}).back(), Step::commit);
    refusal({gtid, payload, payload});
    refusal({gtid, payload, gtid});
    refusal({gtid, payload, query(QueryKind::other)});
}

TEST(Grammar, of_what_stands_between_transactions) {
    EXPECT_EQ(
        steps({of(EventType::format_description), of(EventType::previous_gtids), gtid, begin, xid,
               of(EventType::rotate), of(EventType::format_description), of(EventType::stop)})
            .back(),
        Step::outside);
}

TEST(Grammar, passes_over_what_the_dump_thread_makes_up) {
    GrammarEvent rotate = of(EventType::rotate);
    rotate.flags = event_artificial_flag;
    GrammarEvent format = of(EventType::format_description);
    format.log_pos = 0;
    const std::vector<Step> got = steps(
        {gtid, begin, of(EventType::heartbeat), rotate, format, of(EventType::heartbeat_v2), xid});
    for (std::size_t i = 2; i < 6; ++i) EXPECT_EQ(got[i], Step::ignored);
}

TEST(Grammar, passes_over_unknown_events_only_if_they_are_ignorable) {
    GrammarEvent unknown = of(EventType{77});
    EXPECT_EQ(refusal({unknown}).code, error_unsupported_event);
    unknown.flags = event_ignorable_flag;
    EXPECT_EQ(steps({unknown, gtid, begin, unknown, xid})[3], Step::ignored);
    EXPECT_EQ(refusal({of(EventType::mariadb_gtid)}).code, error_unsupported_event);
}

TEST(Grammar, refuses_what_no_server_writes) {
    for (const auto& events : std::vector<std::vector<GrammarEvent>>{
             {gtid, gtid},
             {gtid, begin, gtid},
             {gtid, begin, begin},
             {begin},
             {xid},
             {gtid, xid},
             {gtid, query(QueryKind::commit)},
             {query(QueryKind::other)},
             {query(QueryKind::savepoint)},
             {map(1)},
             {gtid, map(1)},
             {rows(1, true)},
             {gtid, begin, rows(1, true)},
             {gtid, begin, map(2), rows(1, true)},
             {gtid, begin, map(1), rows(1, true), rows(1, true)},
             {gtid, begin, of(EventType::previous_gtids)},
             {gtid, begin, of(EventType::format_description)},
             {gtid, of(EventType::rotate)},
             {of(EventType::user_var)},
         }) {
        EXPECT_EQ(refusal(events).code, error_grammar) << events.size();
    }
}

TEST(Grammar, refuses_what_cannot_be_carried) {
    EXPECT_EQ(refusal({gtid, query(QueryKind::xa)}).kind, ErrorKind::refused);
    EXPECT_EQ(refusal({gtid, of(EventType::xa_prepare)}).code, error_unsupported_event);
    EXPECT_EQ(refusal({of(EventType::incident)}).code, error_incident);
    EXPECT_EQ(refusal({gtid, begin, of(EventType::intvar)}).code, error_unsupported_event);
    EXPECT_EQ(refusal({gtid, begin, of(EventType::begin_load_query)}).code,
              error_unsupported_event);
    EXPECT_EQ(refusal({gtid, begin, of(EventType::pre_ga_write_rows)}).code,
              error_unsupported_event);
}

TEST(Grammar, takes_transactions_without_gtid_only_when_told_so) {
    const TransactionGrammar::Options old{.gtid_required = false};
    EXPECT_EQ(steps({begin, map(1), rows(1, true), xid, query(QueryKind::other)}, old).back(),
              Step::ddl);
}

const TransactionGrammar::Options everything{.carried_only = false};
const TransactionGrammar::Options mariadb{.flavour = Flavour::mariadb};
const TransactionGrammar::Options mariadb_everything{.flavour = Flavour::mariadb,
                                                     .carried_only = false};

GrammarEvent mariadb_gtid(bool standalone) {
    GrammarEvent event = of(EventType::mariadb_gtid);
    event.standalone = standalone;
    return event;
}
GrammarEvent compressed_rows(std::uint64_t id, bool end) {
    GrammarEvent event = rows(id, end);
    event.type = EventType::mariadb_write_rows_compressed_v1;
    return event;
}

const GrammarEvent group = mariadb_gtid(false);
const GrammarEvent standalone = mariadb_gtid(true);
const GrammarEvent ddl = query(QueryKind::other);
const GrammarEvent compressed_ddl = of(EventType::mariadb_query_compressed);

TEST(Grammar, of_what_cannot_be_carried_is_taken_when_told_so) {
    EXPECT_EQ(
        steps({gtid, query(QueryKind::xa_start), map(1), rows(1, true), query(QueryKind::xa_end),
               of(EventType::xa_prepare), gtid, query(QueryKind::xa)},
              everything),
        (std::vector<Step>{Step::gtid, Step::begin, Step::statement, Step::statement,
                           Step::statement, Step::commit, Step::gtid, Step::ddl}));
    EXPECT_EQ(steps({gtid, begin, of(EventType::intvar), of(EventType::begin_load_query),
                     of(EventType::append_block), of(EventType::intvar),
                     of(EventType::execute_load_query), xid},
                    everything)
                  .back(),
              Step::commit);
    EXPECT_EQ(refusal({gtid, query(QueryKind::xa_end)}, everything).code, error_grammar);
    EXPECT_EQ(refusal({gtid, of(EventType::xa_prepare)}, everything).code, error_grammar);
    EXPECT_EQ(refusal({gtid, begin, query(QueryKind::xa)}, everything).code, error_grammar);
    EXPECT_EQ(refusal({gtid, of(EventType::begin_load_query)}, everything).code, error_grammar);
    EXPECT_EQ(refusal({gtid, begin, of(EventType::incident)}, everything).code, error_incident);
}

TEST(Grammar, of_mariadb_begins_with_the_gtid) {
    EXPECT_EQ(steps({of(EventType::format_description),
                     of(EventType::mariadb_gtid_list),
                     of(EventType::mariadb_binlog_checkpoint),
                     group,
                     of(EventType::mariadb_annotate_rows),
                     map(1),
                     compressed_rows(1, true),
                     map(1),
                     rows(1, true),
                     xid,
                     standalone,
                     compressed_ddl,
                     standalone,
                     ddl,
                     group,
                     compressed_ddl,
                     query(QueryKind::commit),
                     group,
                     ddl,
                     query(QueryKind::rollback),
                     of(EventType::rotate)},
                    mariadb),
              (std::vector<Step>{Step::outside,   Step::outside,   Step::outside,   Step::gtid,
                                 Step::statement, Step::statement, Step::statement, Step::statement,
                                 Step::statement, Step::commit,    Step::gtid,      Step::ddl,
                                 Step::gtid,      Step::ddl,       Step::gtid,      Step::statement,
                                 Step::commit,    Step::gtid,      Step::statement, Step::rollback,
                                 Step::outside}));
}

TEST(Grammar, of_mariadb_has_xa_transactions_when_told_so) {
    EXPECT_EQ(steps({group, map(1), rows(1, true), query(QueryKind::xa_end),
                     of(EventType::xa_prepare), standalone, query(QueryKind::xa)},
                    mariadb_everything)
                  .back(),
              Step::ddl);
    EXPECT_EQ(refusal({group, of(EventType::xa_prepare)}, mariadb).code, error_unsupported_event);
}

TEST(Grammar, of_mariadb_passes_over_the_list_that_the_dump_thread_makes_up) {
    GrammarEvent list = of(EventType::mariadb_gtid_list);
    list.flags = event_artificial_flag;
    EXPECT_EQ(steps({group, list, map(1), rows(1, true), xid}, mariadb)[1], Step::ignored);
}

TEST(Grammar, of_mariadb_refuses_what_it_does_not_write) {
    for (const auto& events : std::vector<std::vector<GrammarEvent>>{
             {group, group},
             {group, standalone},
             {group, begin},
             {standalone, standalone},
             {standalone, map(1)},
             {standalone, xid},
             {standalone, query(QueryKind::commit)},
             {standalone, of(EventType::mariadb_annotate_rows)},
             {group, compressed_rows(1, true)},
             {group, map(1), compressed_rows(1, true), rows(1, true)},
             {group, of(EventType::mariadb_gtid_list)},
             {group, of(EventType::mariadb_binlog_checkpoint)},
             {group, of(EventType::rotate)},
             {compressed_ddl},
             {of(EventType::mariadb_annotate_rows)},
             {compressed_rows(1, true)},
         }) {
        EXPECT_EQ(refusal(events, mariadb_everything).code, error_grammar) << events.size();
    }
}

TEST(Grammar, refuses_the_other_flavours_events) {
    EXPECT_EQ(refusal({gtid}, mariadb_everything).code, error_unsupported_event);
    EXPECT_EQ(refusal({group}, everything).code, error_unsupported_event);
    EXPECT_EQ(refusal({gtid, compressed_ddl}, everything).code, error_unsupported_event);
    EXPECT_EQ(refusal({of(EventType::mariadb_gtid_list)}, everything).code,
              error_unsupported_event);
}

TEST(Grammar, of_mariadb_refuses_encryption_and_pieces_of_rows_by_name) {
    const Error encrypted = refusal({of(EventType::mariadb_start_encryption)}, mariadb_everything);
    EXPECT_EQ(encrypted.code, error_encrypted);
    EXPECT_NE(encrypted.text.find("Start_encryption event (type 164)"), std::string::npos);
    const Error piece = refusal({group, of(EventType::mariadb_partial_row_data)}, mariadb);
    EXPECT_NE(piece.text.find("Partial_row_data event (type 172)"), std::string::npos);
}

TEST(Grammar, of_a_statement_with_too_many_tables_is_refused) {
    TransactionGrammar grammar;
    ASSERT_TRUE(grammar.feed(gtid));
    ASSERT_TRUE(grammar.feed(begin));
    for (std::uint64_t id = 0; id < tables_per_statement_max; id += 7) {
        ASSERT_TRUE(grammar.feed(map(id)));
        ASSERT_TRUE(grammar.feed(map(id))) << "again, which is not another table";
    }
    for (std::uint64_t id = 0; id < tables_per_statement_max; ++id) {
        if (id % 7 == 0) continue;
        ASSERT_TRUE(grammar.feed(map(id)));
    }
    const auto step = grammar.feed(map(tables_per_statement_max));
    ASSERT_FALSE(step);
    EXPECT_EQ(step.error().code, error_limit);
}

TEST(Grammar, starts_anew_after_a_reset) {
    TransactionGrammar grammar;
    EXPECT_TRUE(grammar.feed(gtid));
    EXPECT_FALSE(grammar.feed(gtid));
    grammar.reset();
    EXPECT_FALSE(grammar.inside());
    EXPECT_TRUE(grammar.feed(gtid));
}

}  // namespace
}  // namespace penstock::binlog::test
