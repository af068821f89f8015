// The public reader gives what is in files that real servers wrote, however they are cut into
// pieces.

#include "penstock/binlog_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

#include "base/bytes.h"
#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "reader_lines.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

constexpr std::uint32_t seed = 20261122;
constexpr std::array<const char*, 8> recorded{
    "mysql-9.7.binlog",     "mysql-9.7-previous-gtids.binlog", "values-mysql-9.7.binlog",
    "mariadb-10.11.binlog", "mariadb-10.11-columns.binlog",    "values-mariadb-10.11.binlog",
    "mariadb-11.8.binlog",  "values-mariadb-11.8.binlog"};

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

ReaderLines read_whole(const std::string& file) {
    return read_lines(file, [&] { return file.size(); });
}

// GEOMETRY and VECTOR columns are twice in the recorded text, the second time readable.
std::string without_readable(const std::string& line, const BinlogImage& image) {
    const std::vector<std::string> fields = split(line, '\t');
    std::string out = fields[0];
    std::size_t field = 1;
    for (std::size_t i = 0; i < image.size() && field < fields.size(); ++i) {
        out += '\t' + fields[field++];
        const BinlogKind kind = image[i].kind();
        if (kind == BinlogKind::vector) ++field;
        if (kind == BinlogKind::geometry && !image[i].bytes().empty()) ++field;
    }
    EXPECT_EQ(field, fields.size()) << line;
    return out;
}

void expect_selected_values(const std::string& name) {
    const std::string file = recorded_file(name + ".binlog");
    const std::vector<std::string> selected = split(recorded_file(name + ".tsv"), '\n');
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    std::size_t at = 0;
    while (true) {
        const auto event = reader.next();
        ASSERT_TRUE(event) << event.error().to_string();
        if (*event == nullptr) break;
        const auto* rows = std::get_if<BinlogRows>(&(*event)->content);
        while (rows != nullptr) {
            const auto row = reader.next_row();
            ASSERT_TRUE(row) << row.error().to_string();
            if (*row == nullptr) break;
            const BinlogImage& after = (*row)->after;
            if (after.empty()) continue;
            ASSERT_LT(at, selected.size());
            const std::string first(rows->change == BinlogChange::insert ? rows->table.name()
                                                                         : "after");
            EXPECT_EQ(image_line(first, after), without_readable(selected[at++], after));
        }
    }
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(at + 1, selected.size());  // the last line is empty
    EXPECT_GT(at, 150U);
}

TEST(BinlogReader, gives_values_of_mysql_as_its_select_does) {
    expect_selected_values("values-mysql-9.7");
}

TEST(BinlogReader, gives_values_of_mariadb_as_its_select_does) {
    expect_selected_values("values-mariadb-10.11");
    expect_selected_values("values-mariadb-11.8");
}

TEST(BinlogReader, gives_the_same_however_the_file_is_cut_into_pieces) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (const char* name : recorded) {
        const std::string file = recorded_file(name);
        const ReaderLines whole = read_whole(file);
        ASSERT_FALSE(whole.error) << name << ": " << whole.error->to_string();
        EXPECT_GT(whole.lines.size(), 2U);
        EXPECT_EQ(read_lines(file, [] { return 1U; }).lines, whole.lines) << name;
        for (const std::size_t size_max : {3U, 40U, 500U, 20000U}) {
            const ReaderLines pieces = read_lines(file, [&] { return 1 + random() % size_max; });
            ASSERT_FALSE(pieces.error) << pieces.error->to_string();
            EXPECT_EQ(pieces.lines, whole.lines) << name << " in pieces of up to " << size_max;
        }
    }
}

TEST(BinlogReader, tells_transactions_by_their_gtid) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    std::size_t begun = 0, ended = 0, in_payload = 0;
    std::uint64_t start = 0, end = 0;
    bool tagged = false;
    while (const BinlogEvent* const event = reader.next().value()) {
        if (!event->in_payload) end = event->offset + event->bytes;
        if (event->in_payload) ++in_payload;
        if (event->step == BinlogStep::outside) {
            EXPECT_EQ(reader.transaction(), nullptr);
            continue;
        }
        const BinlogGtid* const transaction = reader.transaction();
        ASSERT_NE(transaction, nullptr);
        if (event->step == BinlogStep::begins) {
            EXPECT_EQ(begun, ended);
            ++begun;
            start = event->offset;
            EXPECT_EQ(std::get<BinlogGtid>(event->content).to_string(), transaction->to_string());
            EXPECT_GT(transaction->commit_time_us, 1'700'000'000'000'000U);
            if (const auto* gtid = std::get_if<Gtid>(&transaction->gtid)) {
                tagged = tagged || !gtid->tag.empty();
            }
        }
        if (event->step != BinlogStep::commits && event->step != BinlogStep::rolls_back) continue;
        ++ended;
        if (!event->in_payload) {
            EXPECT_EQ(transaction->transaction_bytes, end - start);
        }
    }
    EXPECT_EQ(begun, ended);
    EXPECT_GT(begun, 10U);
    EXPECT_GT(in_payload, 3U);
    EXPECT_TRUE(tagged);
}

TEST(BinlogReader, expands_what_mariadb_compressed) {
    const std::string file = recorded_file("mariadb-10.11.binlog");
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    std::size_t statements = 0, rows = 0;
    std::set<std::uint32_t> domains;
    while (const BinlogEvent* const event = reader.next().value()) {
        if (const BinlogGtid* const transaction = reader.transaction()) {
            domains.insert(std::get<MariadbGtid>(transaction->gtid).domain);
        }
        if (const auto* format = std::get_if<BinlogFormat>(&event->content)) {
            EXPECT_TRUE(format->is_mariadb);
            EXPECT_NE(format->server_version.find("10.11"), std::string_view::npos);
        }
        if (event->type_name == "Query_compressed") {
            EXPECT_FALSE(std::get<BinlogStatement>(event->content).sql.empty());
            ++statements;
        }
        if (event->type_name.ends_with("_rows_compressed_v1")) {
            while (reader.next_row().value() != nullptr) ++rows;
        }
    }
    EXPECT_GT(statements, 0U);
    EXPECT_GT(rows, 0U);
    EXPECT_EQ(domains.size(), 2U);
}

TEST(BinlogReader, tells_the_two_halves_of_an_alter) {
    const std::string file = recorded_file("mariadb-11.8.binlog");
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    std::int64_t started = 0;
    std::vector<BinlogAlter> halves;
    std::size_t alters = 0;
    while (const BinlogEvent* const event = reader.next().value()) {
        const auto* const statement = std::get_if<BinlogStatement>(&event->content);
        if (statement == nullptr || !statement->sql.starts_with("alter")) continue;
        ++alters;
        const BinlogGtid& transaction = *reader.transaction();
        const std::int64_t number = std::get<MariadbGtid>(transaction.gtid).sequence;
        if (transaction.alter == BinlogAlter::whole) continue;
        halves.push_back(transaction.alter);
        const bool starts = transaction.alter == BinlogAlter::starts;
        if (starts) started = number;
        EXPECT_EQ(transaction.start_alter_sequence, starts ? 0U : std::uint64_t(started));
    }
    using enum BinlogAlter;
    EXPECT_EQ(halves, (std::vector{starts, commits, starts, rolls_back}));
    EXPECT_EQ(alters, 6U);
}

TEST(BinlogReader, tells_what_was_in_the_files_before) {
    const std::string file = recorded_file("mysql-9.7-previous-gtids.binlog");
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    std::string previous;
    while (const BinlogEvent* const event = reader.next().value()) {
        if (const auto* gtids = std::get_if<BinlogPreviousGtids>(&event->content)) {
            previous = gtids->mysql.to_string();
        }
    }
    EXPECT_NE(previous.find(":1-"), std::string::npos) << previous;
}

TEST(BinlogReader, names_columns_keys_and_members) {
    const std::string file = recorded_file("values-mysql-9.7.binlog");
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    std::set<std::string_view> types;
    std::size_t keys = 0, members = 0, unsigned_columns = 0, texts = 0;
    while (const BinlogEvent* const event = reader.next().value()) {
        const auto* map = std::get_if<BinlogTableMap>(&event->content);
        if (map == nullptr) continue;
        for (std::size_t i = 0; i < map->table.column_count(); ++i) {
            const BinlogColumn column = map->table.column(i);
            EXPECT_FALSE(column.name.empty());
            EXPECT_NE(column.name[0], '@');
            types.insert(column.type);
            if (column.key == 1) ++keys;
            members += column.members.size();
            if (column.is_unsigned) ++unsigned_columns;
            if (column.collation != 0) ++texts;
        }
    }
    EXPECT_GT(types.size(), 20U);
    EXPECT_GT(keys, 0U);
    EXPECT_GT(members, 3U);
    EXPECT_GT(unsigned_columns, 4U);
    EXPECT_GT(texts, 4U);
}

TEST(BinlogReader, ends_with_an_error_where_a_file_ends_inside_of_an_event) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    const ReaderLines cut = read_whole(file.substr(0, file.size() - 3));
    ASSERT_TRUE(cut.error);
    EXPECT_EQ(cut.error->kind, ErrorKind::corrupt);
    EXPECT_NE(cut.error->text.find("the file ends inside of it"), std::string::npos)
        << cut.error->text;
    EXPECT_EQ(cut.lines.size() + 1, read_whole(file).lines.size());
}

TEST(BinlogReader, gives_its_first_error_for_ever) {
    std::string file = recorded_file("mysql-9.7.binlog");
    file[file.size() / 2] = static_cast<char>(~file[file.size() / 2]);
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    auto event = reader.next();
    while (event && *event != nullptr) event = reader.next();
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().code, error_checksum);
    EXPECT_EQ(reader.next().error().text, event.error().text);
    EXPECT_EQ(reader.next_row().error().text, event.error().text);
    EXPECT_EQ(reader.finish().error().text, event.error().text);
}

// A file without its first events after FORMAT_DESCRIPTION begins inside of a transaction.
TEST(BinlogReader, takes_any_order_of_events_only_if_it_is_told_to) {
    const std::string file = recorded_file("mysql-9.7.binlog");
    BinlogReader whole;
    whole.feed(base::as_bytes(file));
    std::uint64_t first_end = 0, map_start = 0;
    while (const BinlogEvent* const event = whole.next().value()) {
        if (first_end == 0) first_end = event->offset + event->bytes;
        map_start = event->offset;
        if (std::holds_alternative<BinlogTableMap>(event->content)) break;
    }
    const std::string cut = file.substr(0, first_end) + file.substr(map_start);
    const ReaderLines strict = read_whole(cut);
    ASSERT_TRUE(strict.error);
    EXPECT_EQ(strict.error->code, error_grammar);
    const ReaderLines lenient = read_lines(cut, [&] { return cut.size(); }, {.check_order = false});
    EXPECT_FALSE(lenient.error);
    EXPECT_GT(lenient.rows, 0U);
}

TEST(BinlogReader, answers_by_type_and_zero_for_another_one) {
    const std::string file = recorded_file("values-mysql-9.7.binlog");
    BinlogReader reader;
    reader.feed(base::as_bytes(file));
    std::set<BinlogKind> kinds;
    while (const BinlogEvent* const event = reader.next().value()) {
        if (!std::holds_alternative<BinlogRows>(event->content)) continue;
        while (const BinlogRow* const row = reader.next_row().value()) {
            for (std::size_t i = 0; i < row->after.size(); ++i) {
                const BinlogValue value = row->after[i];
                const std::string text = value.text().value();
                kinds.insert(value.kind());
                switch (value.kind()) {
                    case BinlogKind::integer:
                        EXPECT_EQ(std::to_string(value.integer()), text);
                        break;
                    case BinlogKind::unsigned_integer:
                        EXPECT_EQ(std::to_string(value.number()), text);
                        break;
                    case BinlogKind::date:
                        EXPECT_EQ(std::to_string(10000 + value.time().year).substr(1),
                                  text.substr(0, 4));
                        break;
                    case BinlogKind::timestamp:
                    case BinlogKind::datetime:
                        EXPECT_EQ(std::to_string(100 + value.time().minute).substr(1),
                                  text.substr(14, 2));
                        break;
                    case BinlogKind::bytes:
                        EXPECT_EQ(value.bytes(), text);
                        break;
                    default:
                        EXPECT_EQ(value.integer(), 0);
                        break;
                }
            }
        }
    }
    EXPECT_GT(kinds.size(), 14U);
}

// What the parsers under it say of a file: nullopt if they refuse it.
std::optional<std::size_t> rows_of(const std::string& file) {
    EventReader reader(base::as_bytes(file));
    Walker walker;
    while (true) {
        const auto event = reader.next();
        if (!event) return std::nullopt;
        if (!*event) break;
        if (!walker.walk(**event)) return std::nullopt;
    }
    if (!reader.finish()) return std::nullopt;
    return walker.rows;
}

TEST(BinlogReader, finds_all_rows_of_real_files) {
    const auto folder = binlog_folder();
    if (!folder) GTEST_SKIP() << "no folder of real binlog files";
    std::size_t rows = 0, read = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
        if (!entry.is_regular_file() || entry.path().extension() == ".tsv") continue;
        const std::string file = read_file(entry.path());
        const std::optional<std::size_t> expected = rows_of(file);
        const ReaderLines lines = read_lines(file, [] { return 7000U; }, {.check_order = false});
        if (!expected) continue;
        EXPECT_FALSE(lines.error) << entry.path() << ": " << lines.error->to_string();
        EXPECT_EQ(lines.rows, *expected) << entry.path();
        rows += lines.rows;
        ++read;
    }
    EXPECT_GT(read, 30U);
    EXPECT_GT(rows, 150U);
}

}  // namespace
}  // namespace penstock::binlog::test
