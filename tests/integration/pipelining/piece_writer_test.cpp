// Units in flight on a real server: see pipelining_test.cpp for where it is.

#include "apply/piece_writer.h"

#include <gtest/gtest.h>

#include "apply/checkpoint_image.h"
#include "binlog/binlog_statement.h"
#include "binlog/encoding.h"
#include "pipelining/server.h"

namespace penstock::apply {
namespace {

using mysql::Connection;

constexpr const char* task = "pipelining";
constexpr std::uint64_t token = 7;

class PieceWriterTest : public testing::Test {
protected:
    void SetUp() override {
        if (observer_.version().text.find("MariaDB") != std::string::npos) {
            GTEST_SKIP() << "no destination of penstock yet";
        }
        execute("DROP DATABASE IF EXISTS penstock");
        execute("CREATE DATABASE penstock");
        ASSERT_TRUE(create_checkpoint_tables(observer_));
        ASSERT_TRUE(insert_checkpoint(observer_, task, token, {}));
        execute("DROP TABLE IF EXISTS ledger, guarded");
        execute("CREATE TABLE ledger (n INT NOT NULL) ENGINE=InnoDB");  // takes a row twice
        execute("CREATE TABLE guarded (n INT PRIMARY KEY) ENGINE=InnoDB");
    }

    void execute(const std::string& sql) {
        const auto done = observer_.execute(sql);
        ASSERT_TRUE(done) << done.error().text;
    }

    std::string value(const std::string& sql) {
        const auto found = observer_.query_value(sql);
        return found ? found->value_or("NULL") : found.error().text;
    }

    std::unique_ptr<PieceWriter> open() {
        PieceWriterOptions options;
        options.destination = mysql::test_server();
        options.task = task;
        options.token = token;
        options.pipeline_depth = 8;
        options.settled = [this](const Checkpoint* next) { settled_.push_back(next->unit); };
        auto writer = PieceWriter::open(std::move(options), stats_);
        if (!writer) throw std::runtime_error(writer.error().text);
        return std::move(*writer);
    }

    // A unit that inserts one row and moves the checkpoint from `before`.
    static Piece insert(const char* table, std::uint64_t n, std::uint64_t before) {
        binlog::TableShape shape("pipelining", table);
        shape.integer(4);
        std::string image;
        binlog::RowImageWriter(image, 1).integer(n, 4);
        binlog::BinlogStatementBuilder statement;
        const auto handle = statement.add_table(shape.table_map());
        const std::string all = shape.all_columns();
        EXPECT_TRUE(statement.add_rows(handle, binlog::RowsKind::write, {}, base::as_bytes(all),
                                       base::as_bytes(image), 0));
        Piece piece;
        piece.first = piece.last = true;
        piece.next = Checkpoint{};
        piece.next->unit = before + 1;
        piece.next->transactions = n;
        EXPECT_TRUE(CheckpointImage(task, token).append(statement, before, *piece.next));
        piece.sql = statement.finish();
        return piece;
    }

    Connection observer_ = mysql::open_test_connection();
    ApplyStats stats_;
    std::vector<std::uint64_t> settled_;
};

TEST_F(PieceWriterTest, BehindAUnitThatFailsNoneCommits) {
    const auto writer = open();
    const std::uint64_t begin = writer->checkpoint()->unit;
    execute("INSERT INTO guarded VALUES (3)");
    for (std::uint64_t n = 1; n <= 6; ++n) {
        ASSERT_TRUE(writer->execute(insert(n == 3 ? "guarded" : "ledger", n, begin + n - 1)));
    }
    const auto drained = writer->drain();
    ASSERT_FALSE(drained);
    EXPECT_EQ(drained.error().kind, ErrorKind::definite) << drained.error().text;
    EXPECT_EQ(settled_, (std::vector{begin + 1, begin + 2}));
    EXPECT_EQ(value("SELECT GROUP_CONCAT(n ORDER BY n) FROM ledger"), "1,2");
    EXPECT_EQ(value("SELECT unit FROM penstock.checkpoint"), std::to_string(begin + 2));
    EXPECT_EQ(stats_.units, 2U);
    EXPECT_EQ(stats_.in_flight, 0U);
}

// The connection looks lost to us, but the server still has its units, and goes on with them when a
// new writer has applied the same transactions, cut into other units.
TEST_F(PieceWriterTest, UnitsOfAFormerWriterFindNoCheckpointEvenWhereNumbersWouldMeet) {
    Connection blocker = mysql::open_test_connection();
    ASSERT_TRUE(blocker.execute("START TRANSACTION"));
    ASSERT_TRUE(blocker.execute("INSERT INTO guarded VALUES (1)"));
    // A connection as a writer makes it, whose units nobody ends.
    Connection lost = mysql::open_test_connection();
    ASSERT_TRUE(lost.execute(binlog::format_description_statement(lost.version().text)));
    ASSERT_TRUE(lost.execute("SET SESSION gtid_next='AUTOMATIC'"));
    mysql::Pipeline former(lost, {.depth = 3});
    const std::uint64_t begin = open()->checkpoint()->unit;
    ASSERT_TRUE(former.send(insert("guarded", 1, begin).sql));  // waits for the blocker
    ASSERT_TRUE(former.send(insert("ledger", 2, begin + 1).sql));
    ASSERT_TRUE(former.send(insert("ledger", 3, begin + 2).sql));

    const auto writer = open();
    const std::uint64_t again = writer->checkpoint()->unit;
    ASSERT_TRUE(writer->execute(insert("ledger", 2, again)));
    ASSERT_TRUE(writer->execute(insert("ledger", 3, again + 1)));
    ASSERT_TRUE(writer->drain());
    ASSERT_TRUE(blocker.execute("ROLLBACK"));
    while (former.in_flight() > 0) EXPECT_FALSE(former.receive());
    EXPECT_EQ(value("SELECT GROUP_CONCAT(n ORDER BY n) FROM ledger"), "2,3");
    EXPECT_EQ(value("SELECT COUNT(*) FROM guarded"), "0");
    EXPECT_EQ(value("SELECT unit FROM penstock.checkpoint"), std::to_string(again + 2));
}

TEST_F(PieceWriterTest, AStaleTokenIsFencedBeforeAnythingIsSent) {
    execute("UPDATE penstock.checkpoint SET token = token + 1");
    PieceWriterOptions options;
    options.destination = mysql::test_server();
    options.task = task;
    options.token = token;
    const auto writer = PieceWriter::open(std::move(options), stats_);
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code.number, 1901);
    EXPECT_EQ(value("SELECT unit FROM penstock.checkpoint"), "0");
}

}  // namespace
}  // namespace penstock::apply
