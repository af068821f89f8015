#include "inspect/selection.h"

#include <gtest/gtest.h>

#include "binlog/event_reader.h"
#include "inspect/errors.h"
#include "support.h"

namespace penstock::inspect {
namespace {

using binlog::EventType;
using Verdict = Selection::Verdict;

binlog::EventView event(EventType type, std::uint64_t offset, std::uint32_t timestamp,
                        base::Bytes body = {}) {
    binlog::EventView made;
    made.header.type = type;
    made.header.timestamp = timestamp;
    made.offset = offset;
    made.body = body;
    return made;
}

// The body of a GTID event of uuid 00…01 with that number.
std::string gtid_body(std::uint8_t number) {
    std::string body(1 + 16 + 8, '\0');
    body[16] = 1;
    body[17] = static_cast<char>(number);
    return body;
}

TEST(Selection, TimesAreReadInUtc) {
    EXPECT_EQ(parse_time("1970-01-01 00:00:00"), 0);
    EXPECT_EQ(parse_time("2026-11-22T17:00:01Z"), 1'795'366'801);
    for (const char* text :
         {"", "now", "2026-11-22", "2026-13-22 17:00:00", "2026-11-31 17:00:00",
          "2026-11-22 24:00:00", "2026-11-22 17:00:00+01", "2026-11-22x17:00:00"}) {
        const auto time = parse_time(text);
        ASSERT_FALSE(time.has_value()) << text;
        EXPECT_EQ(time.error().code, error_range);
    }
}

TEST(Selection, PositionsCountInTheFirstAndTheLastFileOnly) {
    SelectionOptions options;
    options.start_position = 200;
    options.stop_position = 300;
    Selection selection(options);
    selection.begin_file(true, false);
    EXPECT_EQ(selection.judge(event(EventType::query, 199, 5)), Verdict::unwanted);
    EXPECT_EQ(selection.judge(event(EventType::query, 200, 5)), Verdict::wanted);
    EXPECT_EQ(selection.judge(event(EventType::query, 400, 5)), Verdict::wanted);
    selection.begin_file(false, true);
    EXPECT_EQ(selection.judge(event(EventType::query, 4, 5)), Verdict::wanted);
    EXPECT_EQ(selection.judge(event(EventType::query, 300, 5)), Verdict::past_the_end);
}

TEST(Selection, ATransactionIsTakenOrLeftWholeByTheTimeItBegins) {
    SelectionOptions options;
    options.start_time = 100;
    options.stop_time = 200;
    Selection selection(options);
    selection.begin_file(true, true);
    EXPECT_EQ(selection.judge(event(EventType::format_description, 4, 150)), Verdict::unwanted);
    EXPECT_EQ(
        selection.judge(event(EventType::anonymous_gtid, 100, 199, base::as_bytes(gtid_body(0)))),
        Verdict::wanted);
    EXPECT_EQ(selection.judge(event(EventType::xid, 150, 201)), Verdict::wanted);
    EXPECT_EQ(
        selection.judge(event(EventType::anonymous_gtid, 200, 200, base::as_bytes(gtid_body(0)))),
        Verdict::unwanted);
    EXPECT_EQ(selection.judge(event(EventType::xid, 250, 150)), Verdict::unwanted);
}

TEST(Selection, GtidSetsTakeAndLeaveTransactions) {
    SelectionOptions options;
    options.gtids = *parse_gtids("00000000-0000-0000-0000-000000000001:1-5");
    options.excluded_gtids = *parse_gtids("00000000-0000-0000-0000-000000000001:3");
    Selection selection(options);
    selection.begin_file(true, true);
    for (std::uint8_t number = 1; number <= 6; ++number) {
        const std::string body = gtid_body(number);
        const Verdict wanted = number == 3 || number == 6 ? Verdict::unwanted : Verdict::wanted;
        EXPECT_EQ(selection.judge(event(EventType::gtid, 100U * number, 5, base::as_bytes(body))),
                  wanted);
        EXPECT_EQ(selection.judge(event(EventType::xid, 100U * number + 50, 5)), wanted);
    }
    EXPECT_EQ(selection.judge(event(EventType::rotate, 900, 5)), Verdict::unwanted);
}

// The body of MariaDB's GTID event: number, domain, flags, padded.
std::string mariadb_gtid_body(std::uint8_t number, std::uint8_t domain) {
    std::string body(19, '\0');
    body[0] = static_cast<char>(number);
    body[8] = static_cast<char>(domain);
    return body;
}

TEST(Selection, GtidSetsOfMariadbTakeAndLeaveTransactions) {
    SelectionOptions options;
    options.gtids = *parse_gtids("0-7-1-5,2-7-9");
    options.excluded_gtids = *parse_gtids("0-7-3");
    Selection selection(options);
    selection.begin_file(true, true);
    const auto judge = [&](std::uint8_t number, std::uint8_t domain, std::uint32_t server) {
        const std::string body = mariadb_gtid_body(number, domain);
        binlog::EventView gtid = event(EventType::mariadb_gtid, 100, 5, base::as_bytes(body));
        gtid.header.server_id = server;
        const Verdict verdict = selection.judge(gtid).value();
        EXPECT_EQ(selection.judge(event(EventType::query, 150, 5)), verdict);
        return verdict;
    };
    EXPECT_EQ(judge(1, 0, 7), Verdict::wanted);
    EXPECT_EQ(judge(3, 0, 7), Verdict::unwanted);
    EXPECT_EQ(judge(5, 0, 7), Verdict::wanted);
    EXPECT_EQ(judge(6, 0, 7), Verdict::unwanted);
    EXPECT_EQ(judge(5, 0, 8), Verdict::unwanted);
    EXPECT_EQ(judge(9, 2, 7), Verdict::wanted);
    EXPECT_EQ(selection.judge(event(EventType::mariadb_binlog_checkpoint, 160, 5)),
              Verdict::unwanted);
}

TEST(Selection, TheFormOfAGtidSetTellsItsFlavour) {
    EXPECT_TRUE(std::holds_alternative<MariadbGtidSet>(*parse_gtids("0-1-7")));
    EXPECT_TRUE(
        std::holds_alternative<GtidSet>(*parse_gtids("3e11fa47-71ca-11e1-9e33-c80aa9429562:17")));
    for (const char* text : {"", " ", "x", "0-1", "3e11fa47-71ca-11e1-9e33-c80aa9429562", "a:b"}) {
        const auto set = parse_gtids(text);
        ASSERT_FALSE(set.has_value()) << text;
        EXPECT_EQ(set.error().code, error_range);
    }
}

TEST(Selection, GtidsThatTheFileCannotHaveAreRefused) {
    for (const auto& [file, set] :
         {std::pair{"mysql-9.7.binlog", "0-1-7"},
          std::pair{"mariadb-10.11.binlog", "3e11fa47-71ca-11e1-9e33-c80aa9429562:17"}}) {
        const std::string bytes = test::recorded_file(file);
        for (const bool excluded : {false, true}) {
            SelectionOptions options;
            (excluded ? options.excluded_gtids : options.gtids) = *parse_gtids(set);
            Selection selection(options);
            selection.begin_file(true, true);
            binlog::EventReader reader(base::as_bytes(bytes));
            const auto format = reader.next();
            ASSERT_TRUE(format && *format);
            const auto verdict = selection.judge(**format);
            ASSERT_FALSE(verdict.has_value());
            EXPECT_EQ(verdict.error().code, error_range);
        }
    }
}

}  // namespace
}  // namespace penstock::inspect
