#include "inspect/selection.h"

#include <gtest/gtest.h>

#include "inspect/errors.h"

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
    options.gtids = *GtidSet::parse("00000000-0000-0000-0000-000000000001:1-5");
    options.excluded_gtids = *GtidSet::parse("00000000-0000-0000-0000-000000000001:3");
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

}  // namespace
}  // namespace penstock::inspect
