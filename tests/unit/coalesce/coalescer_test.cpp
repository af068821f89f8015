// What single rows, events and tables come to.
#include "coalesce/coalescer.h"

#include <gtest/gtest.h>

#include "coalesce/errors.h"
#include "support.h"

namespace penstock::coalesce {
namespace {

using binlog::RowsKind;

const TestTable items("items", {{}, {false, true}}, TestKey{{0}}, {});
const TestTable log("log", {{}, {false, true}}, TestKey{}, {});

Cells item(std::uint32_t id, std::uint32_t value) {
    return {number(id), number(value)};
}

struct Coalescing {
    TableHandle table(const TestTable& of) {
        return coalescer.add_table("shop", of.name, of.layout, of.rules()).value();
    }
    void add(TableHandle handle, const TestTable& of, const TestEvent& event) {
        const auto added = coalescer.add(handle, event.view(of));
        ASSERT_TRUE(added.has_value()) << added.error().to_string();
    }
    ErrorCode error(TableHandle handle, const TestTable& of, const TestEvent& event) {
        const auto added = coalescer.add(handle, event.view(of));
        return added ? ErrorCode{} : added.error().code;
    }
    // "write 2 | remove 1, update 1": the runs of the steps and their rows.
    std::string finish() {
        std::string out;
        for (const Step& step : coalescer.finish().steps) {
            if (!out.empty()) out += " | ";
            for (const Run& run : step.runs) {
                if (&run != &step.runs.front()) out += ", ";
                out += run.kind == RowsKind::write    ? "write "
                       : run.kind == RowsKind::remove ? "remove "
                       : run.kind == RowsKind::update ? "update "
                                                      : "partial ";
                out += std::to_string(run.rows.size());
                if (run.flags != 0) out += " flags " + std::to_string(run.flags);
                if (run.keeps_order) out += " in order";
            }
        }
        coalescer.clear();
        return out;
    }

    Coalescer coalescer;
};

TEST(Coalescer, ReducesTheLifeOfARowToItsNetChange) {
    Coalescing merged;
    const auto table = merged.table(items);
    merged.add(table, items, written(items, {item(1, 1)}));
    merged.add(table, items, updated(items, {{item(1, 1), item(1, 2)}}));
    EXPECT_EQ(merged.finish(), "write 1");

    merged.add(table, items, updated(items, {{item(1, 2), item(1, 3)}, {item(1, 3), item(1, 4)}}));
    merged.add(table, items, removed(items, {item(1, 4)}));
    EXPECT_EQ(merged.finish(), "remove 1");

    merged.add(table, items, removed(items, {item(1, 4)}));
    merged.add(table, items, written(items, {item(1, 5)}));
    EXPECT_EQ(merged.finish(), "update 1");

    merged.add(table, items, written(items, {item(9, 1)}));
    merged.add(table, items, removed(items, {item(9, 1)}));
    merged.add(table, items, updated(items, {{item(8, 1), item(8, 2)}, {item(8, 2), item(8, 1)}}));
    EXPECT_EQ(merged.finish(), "");
}

TEST(Coalescer, KeepsTheFirstBeforeImageAndTheLastAfterImage) {
    Coalescing merged;
    const auto table = merged.table(items);
    merged.add(table, items, updated(items, {{item(1, 1), item(1, 2)}, {item(1, 2), item(1, 3)}}));
    const Plan plan = merged.coalescer.finish();
    ASSERT_EQ(plan.steps.size(), 1U);
    const Row& row = plan.steps[0].runs[0].rows[0];
    EXPECT_EQ(base::as_text(row.before), items.image(item(1, 1)));
    EXPECT_EQ(base::as_text(row.after), items.image(item(1, 3)));
    EXPECT_EQ(base::as_text(plan.steps[0].runs[0].columns_before), items.all());
}

TEST(Coalescer, SplitsUpdatesThatMoveKeys) {
    Coalescing merged;
    const auto table = merged.table(items);
    merged.add(table, items, updated(items, {{item(1, 1), item(2, 1)}, {item(2, 1), item(3, 1)}}));
    EXPECT_EQ(merged.finish(), "remove 1 | write 1");
}

TEST(Coalescer, RefusesAStreamThatContradictsItself) {
    Coalescing merged;
    const auto table = merged.table(items);
    const auto after = [&](const TestEvent& first, const TestEvent& second) {
        merged.coalescer.clear();
        merged.add(table, items, first);
        return merged.error(table, items, second);
    };
    const auto write = written(items, {item(1, 1)});
    const auto remove = removed(items, {item(1, 1)});
    EXPECT_EQ(after(write, write), error_contradiction);
    EXPECT_EQ(after(remove, remove), error_contradiction);
    EXPECT_EQ(after(remove, updated(items, {{item(1, 1), item(1, 2)}})), error_contradiction);
    EXPECT_EQ(after(write, updated(items, {{item(1, 7), item(1, 2)}})), error_contradiction);
    EXPECT_EQ(after(write, removed(items, {item(1, 7)})), error_contradiction);
    EXPECT_EQ(after(write, updated(items, {{item(5, 1), item(1, 1)}})), error_contradiction);
    EXPECT_EQ(after(remove, write), ErrorCode{});
}

TEST(Coalescer, RefusesBytesThatAreNoRows) {
    for (const TestTable& of : {items, log}) {
        Coalescing merged;
        const auto table = merged.table(of);
        for (std::size_t cut = 1; cut < of.image(item(1, 1)).size(); ++cut) {
            TestEvent event = written(of, {item(1, 1)});
            event.rows.resize(cut);
            EXPECT_NE(merged.error(table, of, event), ErrorCode{}) << cut;
            event.columns_after.clear();
            EXPECT_NE(merged.error(table, of, event), ErrorCode{}) << cut;
            merged.coalescer.clear();
        }
    }
}

TEST(Coalescer, RefusesNullInARowKeyAndRulesOfAnotherTable) {
    Coalescing merged;
    const auto table = merged.table(items);
    EXPECT_EQ(merged.error(table, items, written(items, {{std::nullopt, number(1)}})), error_rules);
    TableRules rules;
    rules.row_key = {2};
    EXPECT_EQ(merged.coalescer.add_table("shop", "items", items.layout, rules).error().code,
              error_rules);
    rules.row_key = {0};
    rules.unique_keys = {{.columns = {}, .bytes_decide = true}};
    EXPECT_EQ(merged.coalescer.add_table("shop", "items", items.layout, rules).error().code,
              error_rules);
}

TEST(Coalescer, KeepsTheOrderOfRowsWithoutAKeyThatMayNotBeNull) {
    const TestTable nullable("nullable", {{false, true}, {false, true}}, TestKey{{0}}, {});
    for (const TestTable& of : {log, nullable}) {
        Coalescing merged;
        const auto table = merged.table(of);
        merged.add(table, of, written(of, {item(1, 1), item(1, 1)}));
        merged.add(table, of, written(of, {item(1, 1)}));
        merged.add(table, of, removed(of, {item(1, 1)}));
        merged.add(table, of, updated(of, {{item(1, 1), item(1, 2)}, {item(1, 2), item(1, 3)}}));
        EXPECT_EQ(merged.finish(), "write 3 | remove 1 | update 2 in order");
    }
}

TEST(Coalescer, KeepsPartialImagesBetweenWhatCameBeforeAndAfter) {
    Coalescing merged;
    const auto table = merged.table(items);
    const auto other = merged.table(log);
    merged.add(table, items, updated(items, {{item(1, 1), item(1, 2)}}));
    TestEvent minimal{RowsKind::update, items.only({0}), items.only({1}), {}, 0};
    minimal.rows =
        items.image(item(1, 0), items.only({0})) + items.image(item(0, 3), items.only({1}));
    merged.add(table, items, minimal);
    merged.add(other, log, written(log, {item(1, 1)}));
    merged.add(table, items, updated(items, {{item(1, 3), item(1, 4)}}));
    merged.add(table, items, updated(items, {{item(1, 4), item(1, 5)}}));
    // The other table's row is in the first step, where nothing of this one is removed.
    EXPECT_EQ(merged.finish(), "write 1 | update 1 | update 1 in order | update 1");
}

TEST(Coalescer, KeepsPartialUpdatesOfDocumentsInTheirOrder) {
    binlog::TableShape shape("shop", "documents");
    shape.integer(4).json();
    const auto layout = binlog::RowLayout::compile(shape.table_map()).value();
    Coalescing merged;
    TableRules rules;
    rules.row_key = {0};
    const auto table = merged.coalescer.add_table("shop", "documents", layout, rules).value();
    // Value options without partial JSON: the after-image is whole all the same.
    const std::string image("\0\1\0\0\0\3\0\0\0\4\0\1", 12);
    const std::string all = shape.all_columns();
    binlog::RowsEvent event;
    event.kind = RowsKind::partial_update;
    event.column_count = 2;
    event.columns_before = event.columns_after = base::as_bytes(all);
    const std::string rows = image + std::string(1, '\0') + image;
    event.rows = base::as_bytes(rows);
    ASSERT_TRUE(merged.coalescer.add(table, event).has_value());
    EXPECT_EQ(merged.finish(), "partial 1 in order");
}

TEST(Coalescer, DoesNotMixFlagsAndPassesOverTheEndOfStatements) {
    Coalescing merged;
    const auto table = merged.table(items);
    TestEvent event = written(items, {item(1, 1)});
    event.flags = binlog::rows_statement_end_flag;
    merged.add(table, items, event);
    event = updated(items, {{item(1, 1), item(1, 2)}});
    merged.add(table, items, event);
    event = updated(items, {{item(1, 2), item(1, 3)}});
    event.flags = binlog::rows_no_foreign_key_checks_flag;
    merged.add(table, items, event);
    event = updated(items, {{item(1, 3), item(1, 4)}});
    merged.add(table, items, event);
    EXPECT_EQ(merged.finish(), "write 1 | update 1 flags 2 | update 1");
}

TEST(Coalescer, KeepsTheOrderOfTablesTiedByForeignKeys) {
    const TestTable parent("parent", {{}, {false, true}}, TestKey{{0}}, {}, 1);
    const TestTable child("child", {{}, {false, true}}, TestKey{{0}}, {}, 1);
    Coalescing merged;
    const auto parents = merged.table(parent);
    const auto children = merged.table(child);
    merged.add(parents, parent, written(parent, {item(1, 0), item(2, 0)}));
    merged.add(children, child, written(child, {item(1, 1)}));
    merged.add(parents, parent, removed(parent, {item(1, 0)}));
    EXPECT_EQ(merged.finish(), "write 2 in order | write 1 in order | remove 1 in order");
}

// DELETE of a row that refers to itself ON DELETE SET NULL; of a ring ON DELETE CASCADE.
TEST(Coalescer, TakesTheImageFromBeforeARowsOwnCascadeAndItsSecondRemoval) {
    Coalescing merged;
    TableRules rules = items.rules();
    rules.has_logged_cascades = true;
    const auto table = merged.coalescer.add_table("shop", "tree", items.layout, rules).value();
    merged.add(table, items, updated(items, {{item(1, 1), item(1, 2)}}));
    merged.add(table, items, removed(items, {item(1, 1)}));
    merged.add(table, items, updated(items, {{item(2, 5), item(2, 6)}, {item(2, 5), item(2, 7)}}));
    merged.add(table, items, removed(items, {item(3, 1), item(3, 1)}));
    EXPECT_EQ(merged.finish(), "remove 2 | update 1");
}

TEST(Coalescer, TakesDefinitionsOfATableInTurns) {
    Coalescing merged;
    const auto first = merged.table(items);
    const auto second = merged.table(items);
    merged.add(first, items, updated(items, {{item(1, 1), item(1, 2)}}));
    merged.add(second, items, updated(items, {{item(1, 2), item(1, 3)}}));
    merged.add(first, items, updated(items, {{item(1, 3), item(1, 4)}}));
    EXPECT_EQ(merged.finish(), "update 1 | update 1 | update 1");
}

TEST(Coalescer, ForgetsTablesBetweenGroups) {
    Coalescing merged;
    static_cast<void>(merged.table(log));
    static_cast<void>(merged.finish());
    merged.coalescer.forget_tables();
    const auto table = merged.table(items);
    EXPECT_EQ(table.index, 0U);
    merged.add(table, items, updated(items, {{item(1, 1), item(1, 2)}}));
    EXPECT_EQ(merged.finish(), "update 1");
}

TEST(Coalescer, TakesNullBitsBehindTheLastColumnForWhatTheyAre) {
    Coalescing merged;
    const auto table = merged.table(items);
    TestEvent event = updated(items, {{item(1, 1), item(1, 2)}});
    merged.add(table, items, event);
    event = updated(items, {{item(1, 2), item(1, 1)}});
    event.rows.front() = '\xFC';
    merged.add(table, items, event);
    EXPECT_EQ(merged.finish(), "");
}

TEST(Coalescer, StepsOfTablesWithoutTiesAreTheSame) {
    Coalescing merged;
    const TestTable more("more", {{}, {false, true}}, TestKey{{0}}, {});
    const auto table = merged.table(items);
    const auto other = merged.table(more);
    merged.add(table, items, written(items, {item(1, 1)}));
    merged.add(other, more, removed(more, {item(1, 1)}));
    merged.add(table, items, removed(items, {item(2, 1)}));
    merged.add(other, more, written(more, {item(2, 1)}));
    EXPECT_EQ(merged.finish(), "remove 1, remove 1 | write 1, write 1");
}

TEST(Coalescer, IsFullByRowsHeldAndByTheirBytes) {
    Coalescer by_rows({.group_rows = 2});
    const auto table = by_rows.add_table("shop", "items", items.layout, items.rules()).value();
    for (std::uint32_t value = 1; value < 100; ++value) {  // a hot row is one row
        const auto event = updated(items, {{item(1, value), item(1, value + 1)}});
        ASSERT_TRUE(by_rows.add(table, event.view(items)).has_value());
    }
    EXPECT_FALSE(by_rows.is_full());
    EXPECT_EQ(by_rows.held_bytes(), 2 * items.image(item(1, 1)).size());
    ASSERT_TRUE(by_rows.add(table, written(items, {item(2, 1)}).view(items)).has_value());
    EXPECT_TRUE(by_rows.is_full());
    EXPECT_FALSE(by_rows.empty());
    by_rows.clear();
    EXPECT_TRUE(by_rows.empty());
    EXPECT_FALSE(by_rows.is_full());

    Coalescer by_bytes({.group_bytes = 1});
    ASSERT_TRUE(by_bytes.add_table("shop", "log", log.layout, log.rules()).has_value());
    EXPECT_FALSE(by_bytes.is_full());
    ASSERT_TRUE(by_bytes.add({}, written(log, {item(2, 1)}).view(log)).has_value());
    EXPECT_TRUE(by_bytes.is_full());
}

TEST(Coalescer, CountsRows) {
    Coalescing merged;
    const auto table = merged.table(items);
    const auto other = merged.table(log);
    merged.add(table, items, written(items, {item(1, 1), item(2, 1)}));
    merged.add(table, items, removed(items, {item(1, 1)}));
    merged.add(other, log, written(log, {item(1, 1)}));
    static_cast<void>(merged.finish());
    const Counters& counters = merged.coalescer.counters();
    EXPECT_EQ(counters.groups, 1U);
    EXPECT_EQ(counters.rows_in, 4U);
    EXPECT_EQ(counters.rows_out, 2U);
    EXPECT_EQ(counters.rows_kept_in_order, 1U);
}

TEST(Coalescer, TakesGroupAfterGroupOfAnySize) {
    Coalescing merged;
    const auto table = merged.table(items);
    for (const std::uint32_t rows : {5000U, 1U, 20'000U, 3U, 0U, 300U}) {
        for (std::uint32_t id = 0; id < rows; ++id) {
            merged.add(table, items, written(items, {item(id, 1)}));
        }
        for (std::uint32_t id = 0; id < rows; ++id) {
            merged.add(table, items, updated(items, {{item(id, 1), item(id, 2)}}));
        }
        EXPECT_EQ(merged.finish(), rows == 0 ? "" : "write " + std::to_string(rows));
    }
}

}  // namespace
}  // namespace penstock::coalesce
