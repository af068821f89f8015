#include "apply/merge_rules.h"

#include <gtest/gtest.h>

#include "binlog/encoding.h"

namespace penstock::apply {
namespace {

using Columns = std::vector<std::size_t>;

// id INT, n INT, t VARCHAR(20), v INT: a stream without names.
class MergeRulesTest : public testing::Test {
protected:
    MergeRulesTest() {
        destination_.columns = {{"id", "", false},
                                {"n", "", false},
                                {"t", "utf8mb4_0900_ai_ci", false},
                                {"v", "", true}};
    }

    static DestinationKeyPart column(std::string name, bool nullable = false, bool prefix = false) {
        return {std::move(name), "", prefix, nullable};
    }
    static DestinationKeyPart expression(std::string text) {
        return {"", std::move(text), false, true};
    }

    [[nodiscard]] MergeRules rules() const {
        binlog::TableShape shape("shop", "t");
        shape.integer(4).integer(4).varchar(80).integer(4);
        std::string event;
        binlog::append_table_map_event(event, shape.table_map(), 1);
        const auto view =
            binlog::view_event(base::as_bytes(event), binlog::ChecksumAlgorithm::none).value();
        const auto map = binlog::parse_table_map(view).value();
        const StreamTable table(map, view.whole, binlog::RowLayout::compile(map).value());
        return make_merge_rules(table, destination_).value();
    }

    DestinationTable destination_;
};

TEST_F(MergeRulesTest, ThePrimaryKeyTellsRowsApartEvenByAPrefix) {
    destination_.unique_keys = {{"PRIMARY", {column("t", false, true), column("id")}}};
    EXPECT_EQ(rules().rules.row_key, (Columns{2, 0}));
    EXPECT_EQ(rules().obstacle, "");
}

TEST_F(MergeRulesTest, ElseTheFirstUniqueKeyWithoutNullAndWithoutComputedValues) {
    destination_.unique_keys = {{"a", {column("n", true)}},
                                {"b", {expression("(`n` + 1)")}},
                                {"c", {column("v")}},
                                {"d", {column("n"), column("id")}}};
    EXPECT_EQ(rules().rules.row_key, (Columns{1, 0}));
    EXPECT_EQ(rules().rules.unique_keys.size(), 3U);
}

TEST_F(MergeRulesTest, WithoutSuchAKeyRowsKeepTheirOrder) {
    EXPECT_NE(rules().obstacle, "");
    destination_.unique_keys = {{"a", {column("n", true)}}};
    EXPECT_TRUE(rules().rules.row_key.empty());
    EXPECT_NE(rules().obstacle, "");
}

TEST_F(MergeRulesTest, TheDestinationsCollationSaysWhetherBytesDecide) {
    destination_.unique_keys = {{"PRIMARY", {column("id")}},
                                {"a", {column("n", true)}},
                                {"b", {column("t", true)}},
                                {"c", {column("n"), column("t", false, true)}}};
    const auto bytes_decide = [&] {
        std::vector<bool> decide;
        for (const auto& key : rules().rules.unique_keys) decide.push_back(key.bytes_decide);
        return decide;
    };
    EXPECT_EQ(bytes_decide(), (std::vector<bool>{true, false, false}));
    destination_.columns[2].collation = "utf8mb4_bin";
    EXPECT_EQ(bytes_decide(), (std::vector<bool>{true, false, false}));
    destination_.columns[2].collation = "utf8mb4_0900_bin";
    EXPECT_EQ(bytes_decide(), (std::vector<bool>{true, true, false}));
}

TEST_F(MergeRulesTest, AnExpressionIsOfTheColumnsThatItNamesAndMayMakeAValueOfNull) {
    destination_.unique_keys = {{"PRIMARY", {column("id")}},
                                {"a", {expression("(coalesce(`n`,0) + `n`)"), column("t", true)}},
                                {"b", {expression("concat(`t`,_utf8mb4'`')")}},
                                {"c", {column("v", true)}}};
    const auto keys = rules().rules.unique_keys;
    ASSERT_EQ(keys.size(), 3U);
    EXPECT_EQ(keys[0].columns, (Columns{1, 2}));
    EXPECT_EQ(keys[1].columns, (Columns{0, 1, 2, 3}));
    EXPECT_EQ(keys[2].columns, (Columns{0, 1, 2, 3}));
    for (const auto& key : keys) {
        EXPECT_FALSE(key.bytes_decide);
        EXPECT_FALSE(key.nulls_are_apart);
    }
}

TEST_F(MergeRulesTest, AnotherNumberOfColumnsOrNoTableIsAnObstacle) {
    destination_.unique_keys = {{"PRIMARY", {column("id")}}};
    destination_.columns.pop_back();
    EXPECT_EQ(rules().obstacle, "the stream has 4 columns, the destination 3");
    EXPECT_TRUE(rules().rules.row_key.empty());
    destination_.columns.clear();
    EXPECT_EQ(rules().obstacle, "the destination has no such table");
}

}  // namespace
}  // namespace penstock::apply
