#include "binlog/encoding.h"

#include <gtest/gtest.h>

#include <random>

#include "binlog/row_layout.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

TableShape checkpoint_like() {
    TableShape shape("penstock", "checkpoint");
    shape.varchar(256).integer(4).integer(8).blob(4).json(true).timestamp(6).varchar(40, true);
    return shape;
}

TEST(TableShape, is_read_back_as_the_table_it_describes) {
    const TableShape shape = checkpoint_like();
    std::string event;
    append_table_map_event(event, shape.table_map(), 17);
    const TableMap map = parse_table_map(view_of(event)).value();
    EXPECT_EQ(map.table_id, 17U);
    EXPECT_EQ(map.schema, "penstock");
    EXPECT_EQ(map.table, "checkpoint");
    const std::vector<Column> columns = decode_columns(map).value();
    ASSERT_EQ(columns.size(), 7U);
    EXPECT_EQ(columns[0].metadata, 256U);
    EXPECT_EQ(columns[3].type, ColumnType::blob);
    EXPECT_FALSE(columns[3].nullable);
    EXPECT_TRUE(columns[4].nullable);
    EXPECT_EQ(columns[5].metadata, 6U);
    EXPECT_TRUE(columns[6].nullable);
    EXPECT_EQ(shape.all_columns(), "\x7F");
}

TEST(RowImageWriter, writes_what_the_layout_measures) {
    const TableShape shape = checkpoint_like();
    const RowLayout layout = RowLayout::compile(shape.table_map()).value();
    std::string image;
    RowImageWriter writer(image, shape.column_count());
    writer.varchar("task", 256).integer(3, 4).integer(0xFFFFFFFFFFFFFFFF, 8).blob("set", 4).null();
    writer.timestamp(1'700'000'000'123'456, 6).varchar("x", 40);
    EXPECT_EQ(writer.columns_written(), 7U);
    std::vector<ColumnValue> values;
    const std::string all = shape.all_columns();
    EXPECT_EQ(layout.split(base::as_bytes(image), base::as_bytes(all), values).value(),
              image.size());
    EXPECT_EQ(base::as_text(values[0].content()), "task");
    EXPECT_EQ(base::load_le(values[1].bytes.data(), 4), 3U);
    EXPECT_EQ(base::as_text(values[3].content()), "set");
    EXPECT_TRUE(values[4].null);
    EXPECT_EQ(base::as_text(values[5].bytes), from_hex("6553f100"
                                                       "01e240"));
    EXPECT_EQ(base::as_text(values[6].content()), "x");
}

TEST(RowImageWriter, cuts_fractions_to_the_columns_digits) {
    std::string image;
    RowImageWriter writer(image, 4);
    writer.timestamp(1'123'456, 0).timestamp(1'123'456, 1).timestamp(1'123'456, 3);
    EXPECT_EQ(image, std::string(1, '\0') + from_hex("00000001"
                                                     "00000001"
                                                     "0a"
                                                     "00000001"
                                                     "04ce"));
}

}  // namespace
}  // namespace penstock::binlog::test
