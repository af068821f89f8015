#include "inspect/event_source.h"

#include <gtest/gtest.h>

#include "inspect/errors.h"
#include "inspect/statistics.h"
#include "support.h"

namespace penstock::inspect {
namespace {

struct Passage {
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    Totals totals;
    std::string error;
};

Passage pass(std::string_view bytes) {
    const test::TemporaryFile file(bytes);
    Passage passage;
    Statistics statistics;
    Result<ByteInput> input = ByteInput::open(file.path());
    EventSource source(std::move(*input));
    statistics.begin_file(source.name());
    while (true) {
        const auto event = source.next();
        if (!event) {
            passage.error = event.error().to_string();
            break;
        }
        if (!*event) break;
        ++passage.events;
        passage.bytes += (*event)->whole.size();
        const Result<void> added = statistics.add(**event);
        EXPECT_TRUE(added.has_value()) << added.error().to_string();
    }
    statistics.end_file(source.format(), source.offset());
    passage.totals = statistics.totals();
    return passage;
}

class RealFile : public testing::Test {
protected:
    void SetUp() override {
        const auto bytes = test::real_file("connector_java/mysql-bin.checksum-crc32");
        if (!bytes) GTEST_SKIP() << "the real binlog files are absent";
        bytes_ = *bytes;
    }
    std::string bytes_;
};

TEST_F(RealFile, EventsCoverTheFileWhicheverWayItIsPacked) {
    const Passage plain = pass(bytes_);
    EXPECT_EQ(plain.error, "");
    EXPECT_GT(plain.events, 2U);
    EXPECT_EQ(plain.bytes + 4, bytes_.size());
    for (const std::string& packed : {test::gzip(bytes_), test::zstd(bytes_)}) {
        const Passage other = pass(packed);
        EXPECT_EQ(other.error, "");
        EXPECT_EQ(other.events, plain.events);
        EXPECT_EQ(other.totals.rows, plain.totals.rows);
    }
}

TEST_F(RealFile, AFileThatEndsInsideOfAnEventSaysSoBehindItsWholeEvents) {
    const Passage whole = pass(bytes_);
    const Passage cut = pass(std::string_view(bytes_).substr(0, bytes_.size() - 1));
    EXPECT_EQ(cut.events, whole.events - 1);
    EXPECT_NE(cut.error.find("PST-2503"), std::string::npos) << cut.error;
}

TEST_F(RealFile, TalliesAddUp) {
    const Totals totals = pass(bytes_).totals;
    Tally types;
    for (const Tally& type : totals.types) {
        types.count += type.count;
        types.bytes += type.bytes;
    }
    EXPECT_EQ(types.count, totals.events.count);
    EXPECT_EQ(types.bytes, totals.events.bytes);
    std::uint64_t rows = 0;
    for (const auto& table : totals.tables) rows += table.second.rows();
    EXPECT_EQ(rows, totals.rows);
    ASSERT_EQ(totals.files.size(), 1U);
    EXPECT_EQ(totals.files[0].bytes, bytes_.size());
    EXPECT_LE(totals.first_timestamp, totals.last_timestamp);
}

TEST(EventSource, AnEmptyFileIsNoBinlog) {
    const test::TemporaryFile empty("");
    EventSource source(ByteInput::open(empty.path()).value());
    const auto event = source.next();
    ASSERT_FALSE(event.has_value());
    EXPECT_EQ(event.error().code, error_truncated);
    EXPECT_NE(event.error().text.find(empty.path()), std::string::npos);
}

}  // namespace
}  // namespace penstock::inspect
