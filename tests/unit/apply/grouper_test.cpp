#include "apply/grouper.h"

#include <gtest/gtest.h>

#include "apply/errors.h"
#include "grouper_feed.h"

namespace penstock::apply {
namespace {

using GrouperTest = GrouperFeed;

TEST_F(GrouperTest, AUnitHoldsWholeTransactionsUpToTheLimit) {
    make(1 << 20, 3);
    for (int i = 0; i < 7; ++i) transaction();
    ASSERT_EQ(pieces_.size(), 2U);
    EXPECT_TRUE(pieces_[0].first && pieces_[0].last);
    EXPECT_EQ(pieces_[0].next->unit, 1U);
    EXPECT_EQ(pieces_[0].next->transactions, 3U);
    EXPECT_EQ(pieces_[0].next->row_changes, 3U);
    EXPECT_EQ(pieces_[1].next->applied.to_string(), std::string(uuid) + ":1-6");
    EXPECT_EQ(pieces_[1].next->position.offset, 690U);
    EXPECT_TRUE(grouper_->has_waiting());
    ASSERT_TRUE(grouper_->close_unit());
    EXPECT_EQ(pieces_.back().next->transactions, 7U);
    EXPECT_FALSE(grouper_->has_waiting());
}

TEST_F(GrouperTest, InModeExactEachTransactionIsAUnit) {
    make(1 << 20, 500, {}, Mode::exact);
    transaction();
    transaction("other");
    transaction();
    ASSERT_EQ(pieces_.size(), 3U);
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        EXPECT_TRUE(pieces_[i].first && pieces_[i].last);
        EXPECT_EQ(pieces_[i].next->unit, i + 1);
        EXPECT_EQ(pieces_[i].next->transactions, i + 1);
    }
    EXPECT_FALSE(grouper_->has_waiting());
}

TEST_F(GrouperTest, InTheOverlapUnitsAreGroupedInModeExactToo) {
    Overlap overlap;
    overlap.end = {"binlog.000001", 350};
    make(1 << 20, 500, std::move(overlap), Mode::exact);
    for (int i = 0; i < 5; ++i) transaction();
    ASSERT_EQ(pieces_.size(), 3U);
    EXPECT_TRUE(pieces_[0].overlap);
    EXPECT_EQ(pieces_[0].next->transactions, 3U);
    EXPECT_EQ(pieces_[1].next->transactions, 4U);
}

TEST_F(GrouperTest, AUnitIsClosedAtTheBoundaryThatPassesTheLimitOfRows) {
    make(std::uint64_t{1} << 30, 1'000'000);
    begin();
    map();
    for (std::uint64_t i = 0; i < unit_rows_max - 1; ++i) {
        ASSERT_TRUE(row(binlog::RowsKind::write));
    }
    end();
    EXPECT_TRUE(pieces_.empty());
    transaction();
    ASSERT_EQ(pieces_.size(), 1U);
    EXPECT_EQ(pieces_[0].next->row_changes, unit_rows_max);
    transaction();
    EXPECT_EQ(pieces_.size(), 1U);
}

TEST_F(GrouperTest, AUnitThatIsOldIsClosedAtTheNextBoundary) {
    make(1 << 20, 500, {}, Mode::grouped, std::chrono::milliseconds(0));
    transaction();
    EXPECT_EQ(pieces_.size(), 1U);
}

TEST_F(GrouperTest, ATransactionOutsideTheSelectionMovesTheCheckpointAllTheSame) {
    make(1 << 20, 1);
    transaction("other");
    ASSERT_EQ(pieces_.size(), 1U);
    EXPECT_EQ(pieces_[0].next->row_changes, 0U);
    EXPECT_EQ(pieces_[0].next->applied.to_string(), std::string(uuid) + ":1");
}

TEST_F(GrouperTest, TheNextFileMovesTheCheckpointAlsoWithoutTransactions) {
    make(1 << 20, 100);
    transaction();
    transaction();
    ASSERT_TRUE(grouper_->enter_file({"binlog.000002", 4}));
    ASSERT_TRUE(grouper_->enter_file({"binlog.000003", 4}));
    ASSERT_EQ(pieces_.size(), 2U);
    EXPECT_EQ(pieces_[0].next->transactions, 2U);
    EXPECT_EQ(pieces_[0].next->position, (relay::Position{"binlog.000002", 4}));
    EXPECT_TRUE(pieces_[1].first && pieces_[1].last);
    EXPECT_EQ(pieces_[1].next->unit, 2U);
    EXPECT_EQ(pieces_[1].next->transactions, 2U);
    EXPECT_EQ(pieces_[1].next->position, (relay::Position{"binlog.000003", 4}));
    EXPECT_FALSE(grouper_->has_waiting());
}

TEST_F(GrouperTest, ALargeTransactionIsCutIntoPiecesOfOneUnit) {
    make(256, 100);
    begin();
    map();
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(row(binlog::RowsKind::write));
    end();
    ASSERT_GT(pieces_.size(), 2U);
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        EXPECT_EQ(pieces_[i].first, i == 0);
        EXPECT_EQ(pieces_[i].last, i + 1 == pieces_.size());
        EXPECT_EQ(pieces_[i].next.has_value(), pieces_[i].last);
        EXPECT_LT(pieces_[i].sql.size(), 4U * 256 + 1024);
    }
}

TEST_F(GrouperTest, RowsWithOtherFlagsGoIntoAnotherStatementOfTheSameUnit) {
    make(1 << 20, 1);
    begin();
    map();
    ASSERT_TRUE(row(binlog::RowsKind::remove,
                    binlog::rows_no_foreign_key_checks_flag | binlog::rows_statement_end_flag));
    ASSERT_TRUE(row(binlog::RowsKind::remove));
    end();
    ASSERT_EQ(pieces_.size(), 2U);
    EXPECT_TRUE(pieces_[0].first && !pieces_[0].last);
    EXPECT_TRUE(!pieces_[1].first && pieces_[1].last);
}

TEST_F(GrouperTest, WhatForeignKeysChangedIsInTheBinlogSoTheyDoNotActAgain) {
    make(1 << 20, 1);
    begin();
    map();
    ASSERT_TRUE(row(binlog::RowsKind::remove,
                    binlog::rows_use_sql_foreign_key_flag | binlog::rows_statement_end_flag));
    // Rows that are flagged so already go into the same statement.
    ASSERT_TRUE(row(binlog::RowsKind::remove,
                    binlog::rows_no_foreign_key_checks_flag | binlog::rows_statement_end_flag));
    end();
    EXPECT_EQ(pieces_.size(), 1U);
}

TEST_F(GrouperTest, TheEndOfTheOverlapClosesTheUnit) {
    make(1 << 20, 100, Overlap{{"binlog.000001", 300}, {}, {}});
    for (int i = 0; i < 4; ++i) transaction();
    ASSERT_EQ(pieces_.size(), 1U);
    EXPECT_TRUE(pieces_[0].overlap);
    EXPECT_EQ(pieces_[0].next->transactions, 2U);
    ASSERT_TRUE(grouper_->close_unit());
    EXPECT_FALSE(pieces_[1].overlap);
}

TEST_F(GrouperTest, InTheOverlapAnUpdateIsLongerBecauseItIsARemovalAndAWrite) {
    make(1 << 20, 1);
    begin();
    map();
    ASSERT_TRUE(row(binlog::RowsKind::update));
    end();
    const std::size_t strict = pieces_.at(0).sql.size();
    make(1 << 20, 1, Overlap{{"binlog.000009", 0}, {}, {}});
    begin();
    map();
    ASSERT_TRUE(row(binlog::RowsKind::update));
    end();
    // No checkpoint inside, but one rows event and one set of bitmaps more.
    EXPECT_TRUE(pieces_.at(1).overlap);
    EXPECT_NE(pieces_.at(1).sql.size(), strict);
}

TEST_F(GrouperTest, DdlIsABarrierAndAUnitOfItsOwn) {
    make(1 << 20, 100);
    transaction();
    begin();
    ASSERT_TRUE(statement("ALTER TABLE t ADD c INT"));
    end();
    transaction();
    ASSERT_TRUE(grouper_->close_unit());
    ASSERT_EQ(pieces_.size(), 3U);
    EXPECT_EQ(pieces_[0].kind, PieceKind::rows);
    EXPECT_EQ(pieces_[1].kind, PieceKind::ddl);
    EXPECT_EQ(pieces_[1].next->unit, 2U);
    EXPECT_EQ(pieces_[1].next->transactions, 2U);
    EXPECT_EQ(pieces_[2].next->unit, 3U);
}

TEST_F(GrouperTest, CreateTableSelectIsAStatementAndThenAUnitThatMovesTheCheckpoint) {
    make(1 << 20, 100);
    begin();
    ASSERT_TRUE(statement("CREATE TABLE t (id INT, v INT) START TRANSACTION"));
    map();
    ASSERT_TRUE(row(binlog::RowsKind::write));
    end();
    ASSERT_TRUE(grouper_->close_unit());
    ASSERT_EQ(pieces_.size(), 2U);
    EXPECT_FALSE(pieces_[0].next);
    EXPECT_EQ(pieces_[1].next->unit, 1U);
    EXPECT_EQ(pieces_[1].next->transactions, 1U);
}

TEST_F(GrouperTest, RowsBeforeOrAfterDdlInOneTransactionAreRefused) {
    make(1 << 20, 100);
    begin();
    map();
    ASSERT_TRUE(row(binlog::RowsKind::write));
    EXPECT_FALSE(statement("ALTER TABLE t ADD c INT"));
    make(1 << 20, 100);
    begin();
    ASSERT_TRUE(statement("ALTER TABLE t ADD c INT"));
    map();
    EXPECT_FALSE(row(binlog::RowsKind::write));
}

TEST_F(GrouperTest, PartialJsonUpdatesAndRowChangesAsStatementsAreRefusedByName) {
    make(1 << 20, 100);
    begin();
    map();
    const auto partial = row(binlog::RowsKind::partial_update);
    ASSERT_FALSE(partial);
    EXPECT_EQ(partial.error().code, error_row_image_unsupported);
    EXPECT_NE(partial.error().text.find("shop.t"), std::string::npos);
    const auto insert = statement("INSERT INTO t VALUES (1, 2)");
    ASSERT_FALSE(insert);
    EXPECT_EQ(insert.error().code, error_statement_unsupported);
}

}  // namespace
}  // namespace penstock::apply
