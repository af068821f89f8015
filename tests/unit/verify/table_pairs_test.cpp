#include "verify/table_pairs.h"

#include <gtest/gtest.h>

namespace penstock::verify {
namespace {

schema::TableDefinition table(const std::string& name, const std::string& type = "int") {
    schema::TableDefinition made;
    made.schema = "shop";
    made.name = name;
    made.engine = "InnoDB";
    schema::ColumnDefinition column;
    column.name = "id";
    column.type = type;
    column.data_type = type;
    made.columns = {column};
    made.key = {"id"};
    made.key_index = "PRIMARY";
    return made;
}

TEST(TablePairs, TablesOfOneSideOnlyAreDifferences) {
    const auto cases = pair_tables({table("a"), table("b")}, {table("b"), table("c")});
    ASSERT_TRUE(cases);
    ASSERT_EQ(cases->size(), 3U);
    EXPECT_EQ((*cases)[0].report.differences.at(0).kind,
              DifferenceKind::table_missing_on_destination);
    EXPECT_TRUE((*cases)[1].pair.has_value());
    EXPECT_TRUE((*cases)[1].report.equal());
    EXPECT_EQ((*cases)[2].report.differences.at(0).kind,
              DifferenceKind::table_extra_on_destination);
    EXPECT_FALSE((*cases)[2].report.equal());
}

TEST(TablePairs, RowsAreNotComparedWhereColumnsOrKeysDiffer) {
    const auto types = pair_tables({table("a")}, {table("a", "bigint")});
    ASSERT_TRUE(types);
    EXPECT_FALSE((*types)[0].pair.has_value());
    EXPECT_EQ((*types)[0].report.differences.at(0).kind, DifferenceKind::different_definition);
    EXPECT_NE((*types)[0].report.differences.at(0).detail.find("bigint on destination"),
              std::string::npos);

    schema::TableDefinition keyless = table("a");
    keyless.key.clear();
    const auto keys = pair_tables({table("a")}, {keyless});
    ASSERT_TRUE(keys);
    EXPECT_FALSE((*keys)[0].pair.has_value());
}

TEST(TablePairs, DefaultsAndNullabilityAreNoReasonNotToCompare) {
    schema::TableDefinition nullable = table("a");
    nullable.columns[0].nullable = true;
    const auto cases = pair_tables({table("a")}, {nullable});
    ASSERT_TRUE(cases);
    EXPECT_TRUE((*cases)[0].pair.has_value());
}

}  // namespace
}  // namespace penstock::verify
