// Units of mode merged: what reaches the destination of rows that change more than once.
#include <gtest/gtest.h>

#include "coalesce/errors.h"
#include "grouper_feed.h"

namespace penstock::apply {
namespace {

using binlog::RowsKind;

class MergedUnits : public GrouperFeed {
protected:
    MergedUnits() {
        destination_.columns = {{"id", "", false}, {"v", "", false}};
        destination_.unique_keys = {{"PRIMARY", {{"id", "", false, false}}}};
    }

    void make_merged(std::uint64_t group_bytes = 1 << 20, std::uint64_t group_transactions = 500,
                     Overlap overlap = {}) {
        make(group_bytes, group_transactions, std::move(overlap), Mode::merged);
    }

    template <class... Row>
    void transaction_of(Row... changed) {
        begin();
        map();
        ASSERT_TRUE(row(changed...));
        end();
    }
};

TEST_F(MergedUnits, ARowThatChangesOftenIsWrittenOnce) {
    make_merged();
    transaction_of(RowsKind::write, 1U, 0U, 0U);
    for (std::uint32_t v = 0; v < 9; ++v) transaction_of(RowsKind::update, 1U, v, v + 1);
    transaction_of(RowsKind::update, 2U, 7U, 8U);
    EXPECT_TRUE(pieces_.empty());
    ASSERT_TRUE(grouper_->close_unit());
    ASSERT_EQ(pieces_.size(), 1U);
    EXPECT_TRUE(pieces_[0].first && pieces_[0].last);
    EXPECT_EQ(pieces_[0].rows, 2U);
    EXPECT_EQ(pieces_[0].next->row_changes, 11U);
    EXPECT_EQ(pieces_[0].next->transactions, 11U);
    EXPECT_EQ(grouper_->rows_kept_in_order(), 0U);
}

TEST_F(MergedUnits, WhatIsGoneAtTheEndIsNeverWrittenButTheCheckpointMoves) {
    make_merged();
    transaction_of(RowsKind::write, 1U, 0U, 5U);
    transaction_of(RowsKind::remove, 1U, 5U, 0U);
    ASSERT_TRUE(grouper_->close_unit());
    ASSERT_EQ(pieces_.size(), 1U);
    EXPECT_EQ(pieces_[0].rows, 0U);
    EXPECT_EQ(pieces_[0].next->row_changes, 2U);
    EXPECT_FALSE(pieces_[0].sql.empty());
}

TEST_F(MergedUnits, AGroupThatIsFullEndsWithItsTransactionAsOneStatement) {
    make_merged(1000);
    std::uint32_t id = 0;
    for (int transaction = 0; transaction < 100; ++transaction) {
        begin();
        map();
        for (int i = 0; i < 10; ++i) ASSERT_TRUE(row(RowsKind::write, ++id, 0U, 0U));
        end();
    }
    ASSERT_GT(pieces_.size(), 5U);
    for (const Piece& piece : pieces_) {
        EXPECT_TRUE(piece.first && piece.last);
        EXPECT_EQ(piece.rows % 10, 0U);
        EXPECT_LT(piece.sql.size(), 4U * 1000);
    }
}

TEST_F(MergedUnits, ATransactionLargerThanAGroupStreamsAsPartsOfItsUnit) {
    make_merged(1000);
    begin();
    map();
    for (std::uint32_t id = 0; id < 5000; ++id) ASSERT_TRUE(row(RowsKind::write, id, 0U, 0U));
    end();
    ASSERT_GT(pieces_.size(), 20U);
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        EXPECT_EQ(pieces_[i].first, i == 0);
        EXPECT_EQ(pieces_[i].last, i + 1 == pieces_.size());
        EXPECT_LT(pieces_[i].sql.size(), 4U * 1000);
        rows += pieces_[i].rows;
    }
    EXPECT_EQ(rows, 5000U);
    EXPECT_EQ(pieces_.back().next->row_changes, 5000U);
    EXPECT_EQ(pieces_.back().next->unit, 1U);
}

TEST_F(MergedUnits, FlagsThatMakeNoDifferenceDoNotCutAStatement) {
    make_merged();
    transaction_of(RowsKind::write, 1U, 0U, 0U, std::uint16_t{0});
    transaction_of(RowsKind::write, 2U, 0U, 0U, binlog::rows_no_foreign_key_checks_flag);
    transaction_of(RowsKind::write, 3U, 0U, 0U, binlog::rows_relaxed_unique_checks_flag);
    transaction_of(RowsKind::write, 4U, 0U, 0U, binlog::rows_use_sql_foreign_key_flag);
    ASSERT_TRUE(grouper_->close_unit());
    EXPECT_EQ(pieces_.size(), 1U);
}

TEST_F(MergedUnits, RowsThatForeignKeysWouldActOnKeepTheirOrder) {
    destination_.foreign_key_family = 3;
    make_merged();
    transaction_of(RowsKind::update, 1U, 0U, 1U, binlog::rows_use_sql_foreign_key_flag);
    transaction_of(RowsKind::update, 1U, 1U, 2U, binlog::rows_no_foreign_key_checks_flag);
    EXPECT_EQ(grouper_->rows_kept_in_order(), 0U);
    // The source does not log cascades.
    transaction_of(RowsKind::update, 1U, 2U, 3U, std::uint16_t{0});
    transaction_of(RowsKind::update, 1U, 3U, 4U, std::uint16_t{0});
    EXPECT_EQ(grouper_->rows_kept_in_order(), 2U);
    transaction_of(RowsKind::update, 1U, 4U, 5U, binlog::rows_no_foreign_key_checks_flag);
    EXPECT_EQ(grouper_->rows_kept_in_order(), 3U);
    ASSERT_TRUE(grouper_->close_unit());
    std::uint64_t rows = 0;
    for (const Piece& piece : pieces_) rows += piece.rows;
    EXPECT_EQ(rows, 4U);
    EXPECT_EQ(tables_read_, 2U);
}

TEST_F(MergedUnits, AMapThatTellsOfForeignKeysIsOfTheSameTable) {
    make_merged();
    for (std::uint32_t v = 0; v < 6; ++v) {
        begin();
        map("shop", v % 2 == 0 ? binlog::table_map_referred_fk_flag : std::uint16_t{0});
        ASSERT_TRUE(row(RowsKind::update, 1U, v, v + 1));
        end();
    }
    ASSERT_TRUE(grouper_->close_unit());
    EXPECT_EQ(pieces_.at(0).rows, 1U);
    EXPECT_EQ(tables_read_, 1U);
}

TEST_F(MergedUnits, AStreamThatContradictsItselfStopsWithTheTablesName) {
    make_merged();
    transaction_of(RowsKind::write, 1U, 0U, 5U);
    begin();
    map();
    const auto twice = row(RowsKind::write, 1U, 0U, 6U);
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, coalesce::error_contradiction);
    EXPECT_NE(twice.error().text.find("`shop`.`t`"), std::string::npos);
    EXPECT_NE(twice.error().remedy.find("grouped"), std::string::npos);
}

TEST_F(MergedUnits, TablesAreReadOnceAndAgainAfterDdl) {
    make_merged();
    for (int i = 0; i < 3; ++i) transaction();
    EXPECT_EQ(tables_read_, 1U);
    begin();
    ASSERT_TRUE(statement("ALTER TABLE t ADD KEY (v)"));
    end();
    ASSERT_EQ(pieces_.size(), 2U);
    EXPECT_EQ(pieces_[0].rows, 3U);
    EXPECT_EQ(pieces_[1].kind, PieceKind::ddl);
    transaction();
    EXPECT_EQ(tables_read_, 2U);
}

TEST_F(MergedUnits, RowsOfATableThatIsNotAsTheStreamSaysKeepTheirOrder) {
    destination_.columns.push_back({"more", "", false});
    make_merged();
    transaction_of(RowsKind::update, 1U, 0U, 1U);
    transaction_of(RowsKind::update, 1U, 1U, 0U);
    ASSERT_TRUE(grouper_->close_unit());
    EXPECT_EQ(pieces_.at(0).rows, 2U);
    EXPECT_EQ(grouper_->rows_kept_in_order(), 2U);
}

TEST_F(MergedUnits, TheOverlapIsNotMerged) {
    make_merged(1 << 20, 500, Overlap{{"binlog.000001", 250}, {}, {}});
    for (std::uint32_t v = 0; v < 4; ++v) transaction_of(RowsKind::update, 1U, v, v + 1);
    ASSERT_TRUE(grouper_->close_unit());
    ASSERT_EQ(pieces_.size(), 2U);
    EXPECT_TRUE(pieces_[0].overlap);
    EXPECT_EQ(pieces_[0].rows, 4U);  // two updates, each a removal and a write
    EXPECT_EQ(pieces_[1].rows, 1U);
}

}  // namespace
}  // namespace penstock::apply
