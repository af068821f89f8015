// Values of every column type are the ones that the server's own SELECT printed when it logged
// them: see data/README.md.

#include <gtest/gtest.h>

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

void expect_equal(const std::string& name, MultipointStyle style) {
    const std::filesystem::path folder = PENSTOCK_BINLOG_DATA;
    const auto printed = row_lines(read_file(folder / (name + ".binlog")), style);
    ASSERT_TRUE(printed) << printed.error().to_string();
    const std::vector<std::string> selected = split_lines(read_file(folder / (name + ".tsv")));
    ASSERT_GT(selected.size(), 150U);
    ASSERT_EQ(printed->size(), selected.size());
    for (std::size_t i = 0; i < selected.size(); ++i) EXPECT_EQ((*printed)[i], selected[i]);
}

TEST(ValueFiles, of_mysql_print_as_its_select_does) {
    expect_equal("values-mysql-9.7", MultipointStyle::nested);
}

TEST(ValueFiles, of_mariadb_print_as_its_select_does) {
    expect_equal("values-mariadb-10.11", MultipointStyle::flat);
}

}  // namespace
}  // namespace penstock::binlog::test
