// Keys whose hashes are equal by chance, which no history would ever bring.
#include "coalesce/net_rows.h"

#include <gtest/gtest.h>

#include "support.h"

namespace penstock::coalesce {
namespace {

const TestTable leading("leading", {{}, {false, true}}, TestKey{{0}}, {});
// Not at a fixed place: behind a text.
const TestTable behind("behind", {{true, true}, {}, {true, false}}, TestKey{{2, 1}}, {});

struct Collisions {
    explicit Collisions(const TestTable& of)
        : table(of), shape(of.layout), columns(of.layout, of.row_key.columns) {}

    NetRows::Key key(std::uint32_t segment = 0, std::uint32_t index = 0) const {
        return {shape, columns, index, segment, 42};
    }
    Contradiction write(const Cells& row) {
        const std::string image = table.image(row);
        return rows.write(key(), base::as_bytes(image));
    }
    Contradiction remove(const Cells& row) {
        const std::string image = table.image(row);
        return rows.remove(key(), base::as_bytes(image));
    }

    const TestTable& table;
    ImageShape shape;
    KeyColumns columns;
    ImageArena arena;
    NetRows rows{arena};
};

TEST(NetRows, TellsRowsOfTheSameHashApartByTheirKeys) {
    Collisions at_start(leading);
    for (std::uint32_t id = 0; id < 3; ++id) {
        EXPECT_EQ(at_start.write({number(id), number(id)}), Contradiction::none);
        EXPECT_EQ(at_start.write({number(id), number(9)}), Contradiction::inserted_twice);
    }
    EXPECT_EQ(at_start.remove({number(1), number(1)}), Contradiction::none);
    EXPECT_EQ(at_start.remove({number(7), number(1)}), Contradiction::none);
    EXPECT_EQ(at_start.write({number(1), std::nullopt}), Contradiction::none);
    EXPECT_EQ(at_start.rows.rows().size(), 4U);

    Collisions moved(behind);
    EXPECT_EQ(moved.write({text("x"), number(1), text("a")}), Contradiction::none);
    EXPECT_EQ(moved.write({text("long"), number(1), text("b")}), Contradiction::none);
    EXPECT_EQ(moved.write({std::nullopt, number(2), text("a")}), Contradiction::none);
    EXPECT_EQ(moved.write({std::nullopt, number(1), text("a")}), Contradiction::inserted_twice);
    EXPECT_EQ(moved.write({text("y"), number(2), text("a")}), Contradiction::inserted_twice);
    EXPECT_EQ(moved.rows.rows().size(), 3U);
}

TEST(NetRows, TellsTablesAndSegmentsApart) {
    Collisions same(leading);
    const std::string image = leading.image({number(1), number(1)});
    for (std::uint32_t segment = 0; segment < 3; ++segment) {
        EXPECT_EQ(same.rows.write(same.key(segment), base::as_bytes(image)), Contradiction::none);
    }
    EXPECT_EQ(same.rows.write(same.key(0, 1), base::as_bytes(image)), Contradiction::none);
    EXPECT_EQ(same.rows.rows().size(), 4U);
}

TEST(NetRows, ForgetsRowsWhenItIsCleared) {
    Collisions again(leading);
    for (int group = 0; group < 3; ++group) {
        EXPECT_EQ(again.write({number(1), number(1)}), Contradiction::none);
        again.rows.clear();
        again.arena.clear();
    }
}

}  // namespace
}  // namespace penstock::coalesce
