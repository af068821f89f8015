#include "apply/row_order.h"

#include <gtest/gtest.h>
#include <string>

#include "binlog/encoding.h"

namespace penstock::apply {
namespace {

using Columns = std::vector<std::size_t>;

// name VARCHAR(20), id INT, big BIGINT: rows that are written, in the order in which they sort.
class RowOrderTest : public testing::Test {
protected:
    RowOrderTest() { shape_.varchar(20).integer(4).integer(8); }

    void row(const std::string& name, std::int32_t id, std::uint64_t big) {
        std::string image;
        binlog::RowImageWriter(image, 3)
            .varchar(name, 20)
            .integer(static_cast<std::uint32_t>(id), 4)
            .integer(big, 8);
        images_.push_back(std::move(image));
    }

    [[nodiscard]] std::vector<std::uint32_t> sorted(const Columns& key,
                                                    const std::vector<bool>& is_unsigned) const {
        const auto layout = binlog::RowLayout::compile(shape_.table_map()).value();
        RowOrder order(layout, key, is_unsigned);
        std::vector<coalesce::Row> rows;
        for (const std::string& image : images_) rows.push_back({{}, base::as_bytes(image), 0});
        const auto places = order.sorted(rows);
        return {places.begin(), places.end()};
    }

    binlog::TableShape shape_{"shop", "t"};
    std::vector<std::string> images_;
};

TEST_F(RowOrderTest, NumbersGoByTheirValueAndSign) {
    row("a", 256, 1);
    row("b", -1, 2);
    row("c", 1, std::uint64_t{1} << 63U);
    EXPECT_EQ(sorted({1}, {}), (std::vector<std::uint32_t>{1, 2, 0}));
    EXPECT_EQ(sorted({1}, {false, true, false}), (std::vector<std::uint32_t>{2, 0, 1}));
    EXPECT_EQ(sorted({2}, {false, false, true}), (std::vector<std::uint32_t>{0, 1, 2}));
    EXPECT_EQ(sorted({2}, {false, false, false}), (std::vector<std::uint32_t>{2, 0, 1}));
}

TEST_F(RowOrderTest, TextGoesByItsBytesAndTheKeysSecondColumnBreaksTies) {
    row("bb", 7, 0);
    row("", 9, 0);
    row("b", 8, 0);
    row("bb", 6, 0);
    row("longer than eight 2", 1, 0);
    row("longer than eight 1", 2, 0);
    EXPECT_EQ(sorted({0, 1}, {}), (std::vector<std::uint32_t>{1, 2, 3, 0, 4, 5}));
    EXPECT_EQ(sorted({1, 0}, {}), (std::vector<std::uint32_t>{4, 5, 3, 0, 2, 1}));
}

}  // namespace
}  // namespace penstock::apply
