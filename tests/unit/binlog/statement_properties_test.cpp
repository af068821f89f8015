// Whatever the statement builder is given, and in whatever order: what comes out is what a server
// takes, with all the rows in it.

#include <gtest/gtest.h>

#include <map>

#include "binlog/binlog_statement.h"
#include "binlog/encoding.h"
#include "binlog/event_reader.h"
#include "binlog/rows_encoder.h"
#include "random_table.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

// One row of a statement, and the table that a server would put it into.
struct Change {
    std::string table;  // its map without the id
    RowsKind kind = RowsKind::write;
    std::string columns_before, columns_after, before, after;
    bool operator==(const Change&) const = default;
};

std::string text(Bytes bytes) {
    return std::string(base::as_text(bytes));
}

// What tells a table from others: its map without id, without the flag that comes and goes, and
// with the metadata that servers need.
std::string definition_of(TableMap map) {
    std::string needed, event;
    append_needed_metadata(map, needed);
    map.flags = static_cast<std::uint16_t>(map.flags & ~table_map_referred_fk_flag);
    append_table_map_event(event, map, 0, needed);
    return event;
}

void append_changes(std::vector<Change>& changes, const TableMap& map, const RowsEvent& rows) {
    const RowLayout layout = RowLayout::compile(map).value();
    RowCursor cursor(layout, rows);
    while (const auto row = cursor.next().value()) {
        changes.push_back({definition_of(map), rows.kind, text(rows.columns_before),
                           text(rows.columns_after), text(row->before), text(row->after)});
    }
}

// Reads a statement as a server does, which knows the hazards that binlog_statement.h lists.
std::vector<Change> read_statement(const std::string& statement, std::uint16_t flags) {
    EXPECT_EQ(statement.substr(0, 8), "BINLOG '");
    EXPECT_EQ(statement.back(), '\'');
    const std::string bytes = from_base64(statement.substr(8, statement.size() - 9));
    EventReader reader(base::as_bytes(bytes), 4, FormatDescription{});
    std::map<std::uint64_t, EventView> maps;
    std::vector<Change> changes;
    bool ended = false, rows_seen = false;
    while (const auto event = reader.next().value()) {
        EXPECT_EQ(event->header.log_pos, 0U);
        EXPECT_EQ(event->header.timestamp, 0U);
        if (event->header.type == EventType::table_map) {
            EXPECT_FALSE(rows_seen) << "a map after rows";
            const TableMap map = parse_table_map(*event).value();
            EXPECT_TRUE(maps.emplace(map.table_id, *event).second) << "an id twice";
            std::string needed;
            append_needed_metadata(map, needed);
            EXPECT_EQ(text(map.optional_metadata), needed);
            continue;
        }
        rows_seen = true;
        EXPECT_GE(event->header.type, EventType::write_rows);
        EXPECT_TRUE(is_rows(event->header.type));
        const RowsEvent rows = parse_rows(*event).value();
        EXPECT_TRUE(rows.extra_info.empty());
        EXPECT_FALSE(ended) << "rows after the end of the statement";
        ended = (rows.flags & rows_statement_end_flag) != 0;
        EXPECT_EQ(rows.flags & ~rows_statement_end_flag, flags);
        EXPECT_EQ(maps.count(rows.table_id), 1U) << "rows without a map";
        append_changes(changes, parse_table_map(maps.at(rows.table_id)).value(), rows);
    }
    EXPECT_TRUE(ended);
    EXPECT_TRUE(reader.rest().empty());
    return changes;
}

class Source {
public:
    explicit Source(std::uint32_t seed) : random_(seed) {
        // Some names are used twice: a table that was altered.
        for (int i = 0; i < 6; ++i) tables_.emplace_back(random_, "t" + std::to_string(i / 2));
    }

    Random& random() { return random_; }
    const RandomTable& table() { return tables_[below(random_, tables_.size())]; }

    // The table as the source maps it this time.
    TableMap map_of(const RandomTable& table) {
        TableMap map = table.map();
        map.table_id = below(random_, 1000);
        if (below(random_, 3) == 0) map.flags |= table_map_referred_fk_flag;
        return map;
    }

    // A rows event of the table, of version 1 or 2; valid until the next one.
    RowsEvent rows(const RandomTable& table, std::uint16_t flags) {
        const RowsKind kinds[] = {RowsKind::write, RowsKind::update, RowsKind::remove};
        columns_before_ = table.some_columns(random_);
        columns_after_ = table.some_columns(random_);
        RowsEvent heading;
        heading.kind = kinds[below(random_, 3)];
        heading.flags = flags;
        heading.column_count = table.column_count();
        heading.columns_before = base::as_bytes(columns_before_);
        heading.columns_after = base::as_bytes(columns_after_);
        event_.clear();
        EventEncoder events(event_);
        RowsEncoder encoder(events, heading);
        for (std::size_t i = 1 + below(random_, 4); i > 0; --i) {
            const OwnedRow before = table.row(random_), after = table.row(random_);
            EXPECT_TRUE(encoder.add(views_of(before), views_of(after)));
        }
        EXPECT_TRUE(encoder.finish());
        if (below(random_, 2) == 0) {
            // Version 1: another type, no extra information.
            event_.erase(event_header_bytes + 8, 2);
            event_[event_type_offset] = static_cast<char>(event_[event_type_offset] - 7);
            finish_event(event_, 0);
        }
        return parse_rows(view_of(event_)).value();
    }

private:
    Random random_;
    std::vector<RandomTable> tables_;
    std::string columns_before_, columns_after_, event_;
};

TEST(StatementProperties, hold_for_random_sequences) {
    std::size_t statements = 0;
    for (std::uint32_t seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Source source(seed);
        Random& random = source.random();
        BinlogStatementBuilder builder({.statement_bytes_max = 1000 + below(random, 20000),
                                        .event_bytes_max = below(random, 3000)});
        std::vector<Change> given;
        const auto finish = [&] {
            const std::size_t size = builder.size();
            const std::uint16_t flags = builder.flags().value();
            const std::string statement = builder.finish();
            EXPECT_EQ(statement.size(), size);
            EXPECT_EQ(read_statement(statement, flags), given);
            EXPECT_TRUE(builder.empty());
            given.clear();
            ++statements;
        };
        for (int step = 0; step < 60; ++step) {
            const RandomTable& table = source.table();
            const TableMap map = source.map_of(table);
            const auto flags = static_cast<std::uint16_t>(
                (below(random, 10) == 0 ? rows_no_foreign_key_checks_flag : 0) |
                (below(random, 2) == 0 ? rows_statement_end_flag : 0));
            const RowsEvent rows = source.rows(table, flags);
            if (below(random, 10) == 0) static_cast<void>(builder.add_table(map));
            if (!builder.fits(flags)) {
                // Refused and no harm done.
                ASSERT_FALSE(builder.add_rows(builder.add_table(map), rows));
                finish();
            }
            ASSERT_TRUE(builder.add_rows(builder.add_table(map), rows));
            append_changes(given, map, rows);
            if (builder.is_full() || below(random, 20) == 0) finish();
            if (below(random, 40) == 0) {
                builder.clear();
                given.clear();
            }
        }
        if (!builder.empty()) finish();
    }
    EXPECT_GT(statements, 500U);
}

TEST(StatementProperties, hold_for_rows_that_no_statement_can_hold) {
    TableShape shape("d", "t");
    shape.integer(4);
    BinlogStatementBuilder builder;
    const auto table = builder.add_table(shape.table_map());
    const std::string all = shape.all_columns();
    // Never looked at: the length alone is too much.
    const std::string small(1, '\0');
    const Bytes rows(base::as_bytes(small).data(), statement_text_bytes_max / 4 * 3);
    const auto added = builder.add_rows(table, RowsKind::write, {}, base::as_bytes(all), rows, 0);
    ASSERT_FALSE(added);
    EXPECT_TRUE(builder.empty());
    EXPECT_TRUE(builder.fits(rows_no_foreign_key_checks_flag));
}

}  // namespace
}  // namespace penstock::binlog::test
