// Damaged bytes, however they are cut into pieces, end the public reader with an error that says
// where: run under address and undefined-behaviour sanitizers this says that it reads nothing
// outside of what it was fed.

#include <gtest/gtest.h>

#include <random>

#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "binlog/format_description.h"
#include "checksums.h"
#include "reader_lines.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

constexpr std::uint32_t seed = 20261123;

std::vector<std::string> recorded_files() {
    std::vector<std::string> files;
    for (const char* name :
         {"mysql-9.7.binlog", "mysql-9.7-previous-gtids.binlog", "mariadb-10.11.binlog",
          "mariadb-10.11-columns.binlog", "mariadb-11.8.binlog"}) {
        files.push_back(recorded_file(name));
    }
    return files;
}

TEST(BinlogReaderOnHostileBytes, ends_with_an_error_that_says_where) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::vector<std::string> files = recorded_files();
    std::mt19937 random(seed);
    std::size_t failed = 0, read = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = files[random() % files.size()];
        for (std::size_t i = 0, changes = 1 + random() % 8; i < changes; ++i) {
            bytes[4 + random() % (bytes.size() - 4)] = static_cast<char>(random());
        }
        if (random() % 8 == 0) bytes.resize(4 + random() % (bytes.size() - 3));
        if (random() % 4 != 0)
            repair_checksums({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
        const std::size_t size_max = std::size_t{1} << (random() % 15);
        const ReaderLines lines = read_lines(bytes, [&] { return 1 + random() % size_max; },
                                             {.check_order = random() % 2 == 0});
        if (!lines.error) {
            ++read;
            continue;
        }
        ++failed;
        EXPECT_NE(lines.error->text.find("offset "), std::string::npos) << lines.error->text;
        EXPECT_NE(lines.error->kind, ErrorKind::transient);
    }
    EXPECT_GT(failed, 1000U);
    EXPECT_GT(read, 100U);
}

// A file of these events, without checksums.
std::string file_of(const std::string& events) {
    return std::string(
               "\xFE"
               "bin") +
           make_format_description("9.7.4") + events;
}

TEST(BinlogReaderOnHostileBytes, refuses_rows_that_have_no_column_and_would_never_end) {
    std::string events;
    append_table_map_event(events, TableShape("shop", "orders").integer(4).table_map(), 7);
    const std::size_t start = begin_event(events, EventType::write_rows);
    const std::string no_columns(1, '\0');
    RowsEvent heading;
    heading.table_id = 7;
    heading.flags = rows_statement_end_flag;
    heading.column_count = 1;
    heading.columns_after = base::as_bytes(no_columns);
    append_rows_prefix(events, heading);
    events += "rows";
    finish_event(events, start);
    const std::string file = file_of(events);
    const ReaderLines lines = read_lines(file, [&] { return file.size(); }, {.check_order = false});
    ASSERT_TRUE(lines.error);
    EXPECT_EQ(lines.error->code, error_malformed_event);
    EXPECT_NE(lines.error->text.find("without any column"), std::string::npos) << lines.error->text;
    EXPECT_LT(lines.rows, 2U);
}

TEST(BinlogReaderOnHostileBytes, does_not_believe_in_a_size_before_the_bytes_are_there) {
    std::string file = file_of("");
    std::string event = event_bytes(EventType::query, "");
    base::store_le(reinterpret_cast<std::uint8_t*>(event.data()) + event_size_offset, 1U << 30, 4);
    file += event;
    const ReaderLines lines = read_lines(file, [] { return 10U; });
    ASSERT_TRUE(lines.error);
    EXPECT_NE(lines.error->text.find("the file ends inside of it"), std::string::npos);
}

}  // namespace
}  // namespace penstock::binlog::test
