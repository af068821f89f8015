// Values of every column type are the ones that the server's own SELECT printed when it logged
// them: see data/README.md.

#include <gtest/gtest.h>

#include "base/text.h"
#include "binlog/event_reader.h"
#include "binlog/json_view.h"
#include "support.h"
#include "table_text.h"

namespace penstock::binlog::test {
namespace {

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

void expect_equal(const std::string& name) {
    const std::string file = recorded_file(name + ".binlog");
    const auto printed = row_lines(file);
    ASSERT_TRUE(printed) << printed.error().to_string();
    const std::vector<std::string> selected = split_lines(recorded_file(name + ".tsv"));
    ASSERT_GT(selected.size(), 150U);
    ASSERT_EQ(printed->size(), selected.size());
    for (std::size_t i = 0; i < selected.size(); ++i) EXPECT_EQ((*printed)[i], selected[i]);
}

TEST(ValueFiles, of_mysql_print_as_its_select_does) {
    expect_equal("values-mysql-9.7");
}

TEST(ValueFiles, of_mariadb_print_as_its_select_does) {
    expect_equal("values-mariadb-10.11");
    expect_equal("values-mariadb-11.8");
}

// For each written row of each table: what `take` does with its columns.
template <class Take>
void for_each_row(const std::string& file, Take take) {
    EventReader reader(base::as_bytes(file));
    RowLayout layout;
    std::vector<ColumnValue> columns;
    while (const auto event = reader.next().value()) {
        if (event->header.type == EventType::table_map) {
            layout = RowLayout::compile(parse_table_map(*event).value()).value();
        }
        if (!is_rows(event->header.type)) continue;
        const RowsEvent rows = parse_rows(*event).value();
        RowCursor cursor(layout, rows);
        while (const auto images = cursor.next().value()) {
            if (rows.kind != RowsKind::write) continue;
            ASSERT_TRUE(layout.split(images->after, rows.columns_after, columns));
            for (std::size_t i = 0; i < columns.size(); ++i) take(layout.columns()[i], columns[i]);
        }
    }
}

TEST(ValueFiles, have_documents_that_are_written_again_byte_by_byte) {
    const std::string file = recorded_file("values-mysql-9.7.binlog");
    std::size_t documents = 0;
    for_each_row(file, [&](const Column& column, const ColumnValue& value) {
        if (column.type != ColumnType::json || value.null) return;
        const auto tree = decode_json(value.content());
        ASSERT_TRUE(tree) << tree.error().to_string();
        std::string again;
        ASSERT_TRUE(append_json_binary(again, *tree));
        EXPECT_EQ(base::to_hex(again), base::to_hex(base::as_text(value.content())));
        ++documents;
    });
    EXPECT_GT(documents, 30U);
}

}  // namespace
}  // namespace penstock::binlog::test
