// Unique values that one update gives up and another one takes: which updates are split, and no
// more.
#include <gtest/gtest.h>

#include "coalesce/coalescer.h"
#include "support.h"

namespace penstock::coalesce {
namespace {

// id, u, w: unique each.
TestTable table_with(bool folds) {
    return {"items",
            {{}, {folds, true}, {false, true}},
            TestKey{{0}},
            {TestKey{{1}, folds}, TestKey{{2}}}};
}

struct Splits {
    // Rows with their u before and after; only the net change counts, so that a history which leads
    // there through temporary values need not be shown.
    using Updates = std::vector<std::pair<Cells, Cells>>;

    static std::uint64_t of(const TestTable& table, const Updates& updates) {
        Coalescer coalescer;
        const auto handle =
            coalescer.add_table("shop", table.name, table.layout, table.rules()).value();
        EXPECT_TRUE(coalescer.add(handle, updated(table, updates).view(table)).has_value());
        static_cast<void>(coalescer.finish());
        return coalescer.counters().updates_split;
    }
};

Cells row(std::uint32_t id, Cell u, Cell w = std::nullopt) {
    return {number(id), std::move(u), std::move(w)};
}

const TestTable exact = table_with(false);
const TestTable folding = table_with(true);

TEST(UniqueConflicts, SplitsOneRowOfASwap) {
    EXPECT_EQ(Splits::of(exact, {{row(1, number(1)), row(1, number(2))},
                                 {row(2, number(2)), row(2, number(1))}}),
              1U);
}

// A chain of n rows has n - 1 pairs; every second row covers them. A ring has n.
TEST(UniqueConflicts, SplitsEverySecondRowOfChainsAndRings) {
    for (std::uint32_t rows = 1; rows < 40; ++rows) {
        Splits::Updates chain;
        Splits::Updates ring;
        for (std::uint32_t id = 0; id < rows; ++id) {
            chain.emplace_back(row(id, number(id)), row(id, number(id + 1)));
            ring.emplace_back(row(id, number(id)), row(id, number((id + 1) % rows)));
        }
        EXPECT_EQ(Splits::of(exact, chain), rows / 2) << rows;
        if (rows > 1) {
            EXPECT_EQ(Splits::of(exact, ring), (rows + 1) / 2) << rows;
        }
    }
}

TEST(UniqueConflicts, SplitsTheMiddleOfAStarOverTwoKeys) {
    // Row 1 takes what 2 and 3 give up, in different keys.
    EXPECT_EQ(Splits::of(exact, {{row(2, number(2), number(2)), row(2, number(5), number(2))},
                                 {row(3, number(3), number(3)), row(3, number(3), number(6))},
                                 {row(1, number(1), number(1)), row(1, number(2), number(3))}}),
              1U);
}

TEST(UniqueConflicts, LeavesAloneWhatTakesNothing) {
    EXPECT_EQ(Splits::of(exact, {{row(1, number(1)), row(1, number(11))},
                                 {row(2, number(2)), row(2, number(12))}}),
              0U);
    // The same value of another key, and NULLs, are not taken from anybody.
    EXPECT_EQ(Splits::of(exact, {{row(1, number(1), number(7)), row(1, number(7), number(8))},
                                 {row(2, number(2), number(1)), row(2, number(3), number(9))}}),
              0U);
    EXPECT_EQ(Splits::of(exact, {{row(1, number(1)), row(1, std::nullopt)},
                                 {row(2, std::nullopt), row(2, number(3))}}),
              0U);
}

TEST(UniqueConflicts, TakesValuesFromRowsThatGo) {
    Coalescer coalescer;
    const auto handle = coalescer.add_table("shop", "items", exact.layout, exact.rules()).value();
    const auto add = [&](const TestEvent& event) {
        ASSERT_TRUE(coalescer.add(handle, event.view(exact)).has_value());
    };
    add(removed(exact, {row(1, number(1))}));
    add(updated(exact, {{row(2, number(2)), row(2, number(1))}}));
    add(written(exact, {row(3, number(2))}));
    EXPECT_EQ(coalescer.finish().steps.size(), 3U);
    EXPECT_EQ(coalescer.counters().updates_split, 0U);
}

TEST(UniqueConflicts, SplitsAllThatMayTakeWhatLooksDifferent) {
    const Cells a = row(1, text("a"));
    const Cells b = row(2, text("b"));
    // B is b in this collation, which the bytes don't say.
    EXPECT_EQ(Splits::of(folding, {{a, row(1, text("B"))}, {b, row(2, text("c"))}}), 2U);
    EXPECT_EQ(Splits::of(folding, {{a, row(1, text("x"))}}), 0U);
    EXPECT_EQ(Splits::of(folding, {{a, row(1, std::nullopt)}, {b, row(2, std::nullopt)}}), 0U);
    EXPECT_EQ(Splits::of(folding, {{a, row(1, text("a"), number(1))}, {b, row(2, text("c"))}}), 0U);
}

TEST(BytesDecide, WhereValuesThatAreEqualHaveTheSameBytes) {
    using binlog::ColumnType;
    const auto decides = [](ColumnType type, std::uint32_t collation, std::uint64_t prefix = 0) {
        const std::vector<binlog::ValueType> types{
            {.column = {.type = type}, .collation = collation}};
        return bytes_decide(types, std::vector<binlog::KeyPart>{{0, prefix}});
    };
    EXPECT_TRUE(decides(ColumnType::integer, 0));
    EXPECT_TRUE(decides(ColumnType::datetime2, 0));
    EXPECT_TRUE(decides(ColumnType::enumeration, 255));
    EXPECT_TRUE(decides(ColumnType::varchar, binlog::collation_binary));
    EXPECT_TRUE(decides(ColumnType::varchar, 309));   // utf8mb4_0900_bin
    EXPECT_FALSE(decides(ColumnType::varchar, 46));   // utf8mb4_bin pads
    EXPECT_FALSE(decides(ColumnType::varchar, 255));  // utf8mb4_0900_ai_ci
    EXPECT_FALSE(decides(ColumnType::varchar, binlog::collation_unknown));
    EXPECT_FALSE(decides(ColumnType::blob, binlog::collation_binary, 10));
    EXPECT_FALSE(decides(ColumnType::double_real, 0));
    EXPECT_FALSE(decides(ColumnType::new_decimal, 0));
    const std::vector<binlog::ValueType> none;
    EXPECT_FALSE(bytes_decide(none, std::vector<binlog::KeyPart>{{3, 0}}));
}

}  // namespace
}  // namespace penstock::coalesce
