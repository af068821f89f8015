// Encoding what was decoded gives the same bytes, for every table map and rows event of real files.

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

#include "binlog/binlog_statement.h"
#include "binlog/column_projection.h"
#include "binlog/compressed_event.h"
#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "binlog/partial_update.h"
#include "binlog/payload.h"
#include "binlog/rows_encoder.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

EventStamp stamp_of(const EventView& event) {
    EventStamp stamp;
    stamp.timestamp = event.header.timestamp;
    stamp.server_id = event.header.server_id;
    stamp.flags = event.header.flags;
    if (event.header.log_pos != 0) {
        stamp.position = event.header.log_pos - event.header.event_size;
    }
    const bool summed = event.whole.size() > event_header_bytes + event.body.size();
    stamp.checksum = summed ? ChecksumAlgorithm::crc32 : ChecksumAlgorithm::none;
    return stamp;
}

class Encoder {
public:
    void feed(const EventView& event) {
        const EventType type = event.header.type;
        if (type == EventType::transaction_payload) return feed_payload(event);
        if (is_compressed(type)) {
            std::string buffer;
            return feed(expand_event(event, buffer).value());
        }
        if (type == EventType::table_map) feed_table_map(event);
        if (is_rows(type)) feed_rows(event);
    }

    std::size_t maps = 0, events = 0, version_1 = 0, partial = 0, rows = 0, spare_bits_set = 0;

private:
    void feed_payload(const EventView& event) {
        PayloadReader reader(parse_transaction_payload(event).value());
        while (const auto inner = reader.next().value()) feed(*inner);
    }

    void feed_table_map(const EventView& event) {
        const TableMap map = parse_table_map(event).value();
        out_.clear();
        EventEncoder encoder(out_, stamp_of(event));
        ASSERT_TRUE(
            append_table_map(encoder, map, map.table_id, base::as_text(map.optional_metadata)));
        EXPECT_EQ(out_, base::as_text(event.whole)) << "at offset " << event.offset;
        ++maps;
        layouts_.insert_or_assign(map.table_id, RowLayout::compile(map).value());
    }

    // The event again: rows as images, or as columns.
    void encode(const EventView& event, const RowsEvent& parsed, bool as_columns) {
        const RowLayout& layout = layouts_.at(parsed.table_id);
        out_.clear();
        EventEncoder events(out_, stamp_of(event));
        RowsEncoder encoder(events, parsed, {event_bytes_max, spare_null_bits(layout, parsed)});
        RowCursor cursor(layout, parsed);
        std::vector<ColumnValue> before, after;
        while (const auto row = cursor.next().value()) {
            ++rows;
            if (!as_columns) {
                ASSERT_TRUE(encoder.add(*row));
                continue;
            }
            if (!row->before.empty()) {
                ASSERT_TRUE(layout.split(row->before, parsed.columns_before, before));
            }
            if (!row->after.empty()) {
                ASSERT_TRUE(layout.split(row->after, parsed.columns_after, after));
            }
            ASSERT_TRUE(encoder.add(before, after));
        }
        ASSERT_TRUE(encoder.finish());
    }

    // What the server that wrote the event does, as far as its first image tells.
    SpareNullBits spare_null_bits(const RowLayout& layout, const RowsEvent& rows) {
        if (rows.rows.empty() || rows.kind == RowsKind::partial_update) return {};
        const Bytes present =
            has_before_image(rows.kind) ? rows.columns_before : rows.columns_after;
        std::size_t count = 0;
        for (std::size_t i = 0; i < layout.column_count(); ++i) {
            count += present[i / 8] >> (i % 8) & 1U;
        }
        if (count % 8 == 0 || rows.rows[count / 8] >> (count % 8) == 0) return SpareNullBits::clear;
        ++spare_bits_set;
        return SpareNullBits::set;
    }

    void feed_rows(const EventView& event) {
        const RowsEvent parsed = parse_rows(event).value();
        for (const bool as_columns : {false, true}) {
            if (as_columns && parsed.kind == RowsKind::partial_update) return expand(event, parsed);
            encode(event, parsed, as_columns);
            const auto place = ::testing::Message()
                               << "at offset " << event.offset << ", columns " << as_columns;
            if (event.header.type >= EventType::write_rows) {
                EXPECT_EQ(out_, base::as_text(event.whole)) << place;
            } else {
                expect_same_rows(event, parsed, place);
            }
        }
        ++(event.header.type >= EventType::write_rows ? events : version_1);
    }

    // Version 1 has become version 2, where two bytes are the length of no extra information.
    void expect_same_rows(const EventView& event, const RowsEvent& parsed,
                          const testing::Message& place) {
        const EventView again =
            view_event(base::as_bytes(out_), stamp_of(event).checksum, event.offset).value();
        EXPECT_EQ(again.header.type, event_type_of(parsed.kind)) << place;
        EXPECT_EQ(again.header.event_size, event.header.event_size + 2) << place;
        EXPECT_EQ(again.header.timestamp, event.header.timestamp);
        EXPECT_EQ(again.header.server_id, event.header.server_id);
        const RowsEvent rows = parse_rows(again).value();
        EXPECT_EQ(rows.table_id, parsed.table_id);
        EXPECT_EQ(rows.flags, parsed.flags);
        EXPECT_EQ(rows.column_count, parsed.column_count);
        EXPECT_EQ(base::as_text(rows.columns_before), base::as_text(parsed.columns_before));
        EXPECT_EQ(base::as_text(rows.columns_after), base::as_text(parsed.columns_after));
        EXPECT_EQ(base::as_text(rows.rows), base::as_text(parsed.rows)) << place;
    }

    // A partial update as an ordinary one: other columns and the before-image stay.
    void expand(const EventView& event, const RowsEvent& parsed) {
        const RowLayout& layout = layouts_.at(parsed.table_id);
        RowsEvent heading = parsed;
        heading.kind = RowsKind::update;
        out_.clear();
        EventEncoder events(out_, stamp_of(event));
        RowsEncoder encoder(events, heading);
        RowCursor cursor(layout, parsed);
        UpdatedRow row;
        std::vector<std::string> images;
        while (const auto next = cursor.next().value()) {
            const auto split = split_update(layout, parsed, *next, row);
            if (!split) {
                // With binlog_row_image=MINIMAL there is no document to be changed.
                EXPECT_EQ(split.error().code, error_partial_update) << split.error().text;
                return;
            }
            ASSERT_TRUE(encoder.add(row.before, row.after));
            images.emplace_back(base::as_text(next->before));
        }
        ASSERT_TRUE(encoder.finish());
        const EventView again =
            view_event(base::as_bytes(out_), stamp_of(event).checksum, event.offset).value();
        EXPECT_EQ(again.header.type, EventType::update_rows);
        const RowsEvent update = parse_rows(again).value();
        RowCursor whole(layout, update);
        for (const std::string& before : images) {
            const auto next = whole.next().value();
            ASSERT_TRUE(next);
            EXPECT_EQ(base::as_text(next->before), before);
        }
        EXPECT_FALSE(whole.next().value());
        ++partial;
    }

    std::unordered_map<std::uint64_t, RowLayout> layouts_;
    std::string out_;
};

void feed_file(Encoder& encoder, const std::string& bytes) {
    EventReader reader(base::as_bytes(bytes));
    while (const auto event = reader.next().value()) encoder.feed(*event);
}

TEST(EncodedFiles, of_both_servers_are_what_they_were) {
    Encoder encoder;
    for (const char* name : {"mysql-9.7.binlog", "values-mysql-9.7.binlog", "mariadb-10.11.binlog",
                             "mariadb-10.11-columns.binlog", "values-mariadb-10.11.binlog",
                             "mariadb-11.8.binlog", "values-mariadb-11.8.binlog"}) {
        SCOPED_TRACE(name);
        feed_file(encoder, recorded_file(name));
    }
    EXPECT_GT(encoder.maps, 100U);
    EXPECT_GT(encoder.events, 50U);
    EXPECT_GT(encoder.version_1, 30U);
    EXPECT_GT(encoder.partial, 20U);
    EXPECT_GT(encoder.spare_bits_set, 10U);
}

TEST(EncodedFiles, of_all_versions_are_what_they_were) {
    if (!binlog_folder()) GTEST_SKIP() << "no folder of real binlog files";
    Encoder encoder;
    std::size_t files = 0;
    for (const RealFile& file : real_files(*binlog_folder())) {
        if (!file.mysqlbinlog_reads && !file.mariadb_binlog_reads) continue;
        SCOPED_TRACE(file.name);
        feed_file(encoder, read_real_file(*binlog_folder() / file.name));
        ++files;
    }
    EXPECT_EQ(files, 41U);
    EXPECT_GT(encoder.rows, 2 * 47000U);
    EXPECT_GT(encoder.version_1, 20U);
    EXPECT_GT(encoder.events, 100U);
}

// Documents are the same for SELECT, not byte by byte: the server may leave gaps in them.
TEST(PartialUpdate, expanded_is_what_the_server_then_has) {
    const std::string bytes = recorded_file("values-mysql-9.7.binlog");
    EventReader reader(base::as_bytes(bytes));
    std::optional<TableText> table;
    std::unordered_map<std::string, std::string> known;  // id -> columns as text
    std::size_t compared = 0;
    while (const auto event = reader.next().value()) {
        if (event->header.type == EventType::table_map) {
            table = TableText::of(parse_table_map(*event).value(), Flavour::mysql).value();
        }
        if (event->header.type != EventType::partial_update_rows) continue;
        const RowsEvent rows = parse_rows(*event).value();
        RowCursor cursor(table->layout(), rows);
        while (const auto images = cursor.next().value()) {
            UpdatedRow row;
            ASSERT_TRUE(split_update(table->layout(), rows, *images, row));
            std::string before, image;
            ASSERT_TRUE(table->append_image(before, images->before, rows.columns_before));
            std::string& after = known[std::string(base::as_text(row.before[0].bytes))];
            if (!after.empty()) {
                EXPECT_EQ(before, after);
                ++compared;
            }
            after.clear();
            ASSERT_TRUE(append_row_image(image, row.after, rows.columns_after));
            ASSERT_TRUE(table->append_image(after, base::as_bytes(image), rows.columns_after));
        }
    }
    EXPECT_GT(compared, 20U);
}

// What damage leaves readable is written without an assertion, and read again as the same.
class DamagedEncoder {
public:
    explicit DamagedEncoder(std::uint32_t seed) : random_(seed) {}

    void feed(const EventView& event) {
        if (event.header.type == EventType::table_map) feed_table_map(event);
        if (is_rows(event.header.type)) feed_rows(event);
    }

    std::size_t maps = 0, projections = 0, rows = 0, packed = 0;

private:
    // Some bytes of the body are others; valid until the next call.
    EventView damaged(const EventView& event) {
        event_ = event_bytes(event.header.type, base::as_text(event.body));
        for (std::size_t i = below(3) + 1; i > 0 && event_.size() > event_header_bytes; --i) {
            event_[event_header_bytes + below(event_.size() - event_header_bytes)] =
                static_cast<char>(random_());
        }
        return view_of(event_);
    }
    std::size_t below(std::size_t bound) { return random_() % bound; }

    void feed_table_map(const EventView& event) {
        layout_ = RowLayout::compile(parse_table_map(event).value()).value();
        const auto map = parse_table_map(damaged(event));
        if (!map) return;
        std::string out;
        append_table_map_event(out, *map, map->table_id, base::as_text(map->optional_metadata));
        const EventView written = view_of(out);
        const TableMap again = parse_table_map(written).value();
        EXPECT_EQ(again.table, map->table);
        EXPECT_EQ(base::as_text(again.metadata), base::as_text(map->metadata));
        EXPECT_EQ(base::as_text(again.optional_metadata), base::as_text(map->optional_metadata));
        ++maps;
        const std::vector<std::size_t> columns{map->column_count - 1};
        if (ColumnProjection::compile(*map, columns)) ++projections;
        BinlogStatementBuilder builder;
        EXPECT_EQ(builder.add_table(*map).index, 0U);
    }

    void feed_rows(const EventView& event) {
        const EventView other = damaged(event);
        const auto parsed = parse_rows(other);
        if (!parsed) return;
        std::string out;
        EventEncoder events(out);
        RowsEncoder encoder(events, *parsed);
        RowCursor cursor(layout_, *parsed);
        UpdatedRow row;
        std::size_t count = 0;
        while (true) {
            const auto images = cursor.next();
            if (!images || !*images) break;
            ASSERT_TRUE(encoder.add(**images));
            ++count;
            if (parsed->kind == RowsKind::write || parsed->kind == RowsKind::remove) continue;
            if (split_update(layout_, *parsed, **images, row)) ++packed;
        }
        ASSERT_TRUE(encoder.finish());
        const EventView written = view_of(out);
        const RowsEvent again = parse_rows(written).value();
        RowCursor read(layout_, again);
        for (; count > 0; --count) {
            ASSERT_TRUE(read.next().value());
            ++rows;
        }
        EXPECT_FALSE(read.next().value());
    }

    std::mt19937 random_;
    RowLayout layout_;
    std::string event_;
};

TEST(EncodedFiles, damaged_are_written_as_far_as_they_are_read) {
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        DamagedEncoder encoder(seed);
        for (const char* name : {"values-mysql-9.7.binlog", "values-mariadb-10.11.binlog"}) {
            const std::string bytes = recorded_file(name);
            EventReader reader(base::as_bytes(bytes));
            while (const auto event = reader.next().value()) encoder.feed(*event);
        }
        EXPECT_GT(encoder.maps, 0U);
        EXPECT_GT(encoder.projections, 0U);
        EXPECT_GT(encoder.rows, 0U);
        EXPECT_GT(encoder.packed, 0U);
    }
}

}  // namespace
}  // namespace penstock::binlog::test
