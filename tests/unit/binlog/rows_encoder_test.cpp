#include "binlog/rows_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "binlog/column_projection.h"
#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "binlog/event_reader.h"
#include "random_table.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

struct Change {
    OwnedRow before, after;
    bool operator==(const Change&) const = default;
};

// Events from `position` of a file, read by the ordinary reader, which verifies checksums.
struct Read {
    std::vector<EventView> events;
    std::vector<Change> changes;
};

Read read(const std::string& bytes, std::uint64_t position, ChecksumAlgorithm checksum) {
    FormatDescription format;
    format.checksum = checksum;
    EventReader reader(base::as_bytes(bytes), position, format);
    Read read;
    std::optional<RowLayout> layout;
    std::vector<ColumnValue> values;
    const auto split = [&](Bytes image, Bytes columns_present) {
        if (image.empty()) return OwnedRow{};
        EXPECT_EQ(layout->split(image, columns_present, values).value(), image.size());
        return owned(values);
    };
    while (const auto event = reader.next().value()) {
        read.events.push_back(*event);
        EXPECT_EQ(event->header.log_pos, static_cast<std::uint32_t>(reader.offset()));
        if (event->header.type == EventType::table_map) {
            layout = RowLayout::compile(parse_table_map(*event).value()).value();
            continue;
        }
        const RowsEvent rows = parse_rows(*event).value();
        RowCursor cursor(*layout, rows);
        while (const auto row = cursor.next().value()) {
            read.changes.push_back(
                {split(row->before, rows.columns_before), split(row->after, rows.columns_after)});
        }
    }
    EXPECT_TRUE(reader.rest().empty());
    return read;
}

constexpr RowsKind kinds[] = {RowsKind::write, RowsKind::update, RowsKind::remove};

// All of the encoder at once: random tables, rows, columns, limits and headers, against the reader.
TEST(RowsEncoder, writes_what_is_read_back_with_any_columns_and_limits) {
    for (std::uint32_t seed = 1; seed <= 400; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        const RandomTable table(random, "t");
        const auto checksum = ChecksumAlgorithm(below(random, 2));
        // Sometimes over the 4 GiB that log_pos can count.
        const std::uint64_t position = below(random, 2) == 0 ? 4 : 0xFFFF'FF00;
        std::string bytes;
        EventEncoder events(bytes, {.timestamp = 1'700'000'000,
                                    .server_id = 7,
                                    .flags = event_suppress_use_flag,
                                    .position = position,
                                    .checksum = checksum});
        ASSERT_TRUE(append_table_map(events, table.map(), 5));
        const std::string columns_before = table.some_columns(random);
        const std::string columns_after = table.some_columns(random);
        const std::string extra = below(random, 2) == 0 ? "" : "extra";
        RowsEvent heading;
        heading.kind = kinds[below(random, 3)];
        heading.table_id = 5;
        heading.flags = static_cast<std::uint16_t>(below(random, 32));
        heading.extra_info = base::as_bytes(extra);
        heading.column_count = table.column_count();
        heading.columns_before = base::as_bytes(columns_before);
        heading.columns_after = base::as_bytes(columns_after);
        const std::size_t limit = below(random, 5) == 0 ? event_bytes_max : below(random, 6000);
        RowsEncoder encoder(events, heading, {limit, SpareNullBits(below(random, 2))});
        std::vector<Change> written;
        for (std::size_t i = below(random, 40); i > 0; --i) {
            Change change;
            const OwnedRow before = table.row(random), after = table.row(random);
            ASSERT_TRUE(encoder.add(views_of(before), views_of(after)));
            if (has_before_image(heading.kind))
                change.before = only(before, heading.columns_before);
            if (has_after_image(heading.kind)) change.after = only(after, heading.columns_after);
            written.push_back(std::move(change));
        }
        ASSERT_TRUE(encoder.finish());

        const Read back = read(bytes, position, checksum);
        EXPECT_EQ(back.changes, written);
        ASSERT_GE(back.events.size(), 2U);
        for (std::size_t i = 1; i < back.events.size(); ++i) {
            const EventView& event = back.events[i];
            EXPECT_EQ(event.header.type, event_type_of(heading.kind));
            EXPECT_EQ(event.header.timestamp, 1'700'000'000U);
            EXPECT_EQ(event.header.server_id, 7U);
            EXPECT_EQ(event.header.flags, event_suppress_use_flag);
            const RowsEvent rows = parse_rows(event).value();
            EXPECT_EQ(base::as_text(rows.extra_info), extra);
            const bool last = i + 1 == back.events.size();
            EXPECT_EQ(rows.flags, last ? heading.flags : heading.flags & ~rows_statement_end_flag);
            const RowLayout layout = RowLayout::compile(table.map()).value();
            RowCursor cursor(layout, rows);
            std::size_t count = 0;
            while (cursor.next().value()) ++count;
            EXPECT_TRUE(event.whole.size() <= limit || count <= 1) << count;
            EXPECT_EQ(count == 0, written.empty());
        }
    }
}

TEST(RowsEncoder, splits_no_earlier_than_it_must) {
    TableShape shape("d", "t");
    shape.integer(4);
    std::string bytes;
    EventEncoder events(bytes);
    RowsEvent heading;
    heading.column_count = 1;
    heading.flags = rows_statement_end_flag;
    const std::string all = shape.all_columns();
    heading.columns_after = base::as_bytes(all);
    const std::size_t heading_bytes = event_header_bytes + 6 + 2 + 2 + 1 + 1;
    RowsEncoder encoder(events, heading, {heading_bytes + 15, SpareNullBits::clear});
    std::string row;
    RowImageWriter(row, 1).integer(9, 4);  // 5 bytes
    for (int i = 0; i < 7; ++i) ASSERT_TRUE(encoder.add({{}, base::as_bytes(row)}));
    ASSERT_TRUE(encoder.finish());
    EXPECT_EQ(bytes.size(), 3 * heading_bytes + 35);
}

TEST(RowsEncoder, leaves_nothing_of_a_row_that_it_refuses) {
    TableShape shape("d", "t");
    shape.integer(4).integer(4);
    std::string bytes;
    EventEncoder events(bytes);
    RowsEvent heading;
    heading.kind = RowsKind::update;
    heading.column_count = 2;
    const std::string all = shape.all_columns(), value("\1\0\0\0", 4);
    heading.columns_before = heading.columns_after = base::as_bytes(all);
    RowsEncoder encoder(events, heading);
    const ColumnValue there{true, false, 0, base::as_bytes(value)};
    const std::vector<ColumnValue> row{there, there}, lacking{there, {}}, shorter{there};
    ASSERT_TRUE(encoder.add(row, row));
    const std::string before = bytes;
    for (const auto& refused : {encoder.add(row, lacking), encoder.add(lacking, row),
                                encoder.add(row, std::vector<ColumnValue>(9, there)),
                                encoder.add(RowImages{base::as_bytes(value), {}})}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, error_row_image);
    }
    EXPECT_EQ(bytes, before);
    ASSERT_TRUE(encoder.finish());
    EXPECT_EQ(parse_rows(view_of(bytes)).value().rows.size(), 18U);
}

TEST(RowsEncoder, refuses_a_row_that_has_no_columns_left) {
    std::string bytes;
    EventEncoder events(bytes);
    RowsEvent heading;
    heading.column_count = 1;
    const std::string none("\0", 1);
    heading.columns_after = base::as_bytes(none);
    RowsEncoder encoder(events, heading);
    EXPECT_FALSE(encoder.add({}, std::vector<ColumnValue>(1)));
    EXPECT_FALSE(encoder.add(RowImages{}));
}

TEST(RowsEncoder, writes_updates_of_which_one_image_has_no_columns) {
    std::string bytes;
    EventEncoder events(bytes);
    RowsEvent heading;
    heading.kind = RowsKind::update;
    heading.column_count = 1;
    const std::string all("\1"), none("\xFE");  // the bits behind the last column don't count
    heading.columns_before = base::as_bytes(all);
    heading.columns_after = base::as_bytes(none);
    RowsEncoder encoder(events, heading);
    const std::vector<ColumnValue> row{{true, true, 0, {}}};
    EXPECT_TRUE(encoder.add(row, row));
    EXPECT_TRUE(encoder.add(RowImages{base::as_bytes(all), {}}));
    EXPECT_FALSE(encoder.add(RowImages{base::as_bytes(all), base::as_bytes(all)}));
    ASSERT_TRUE(encoder.finish());
    EXPECT_EQ(parse_rows(view_of(bytes)).value().rows.size(), 2U);
}

TEST(RowsEncoder, refuses_a_partial_update_whose_columns_are_changes) {
    std::string bytes;
    EventEncoder events(bytes);
    RowsEvent heading;
    heading.kind = RowsKind::partial_update;
    heading.column_count = 1;
    const std::string all("\1");
    heading.columns_before = heading.columns_after = base::as_bytes(all);
    RowsEncoder encoder(events, heading);
    const std::vector<ColumnValue> row{{true, true, 0, {}}};
    ASSERT_FALSE(encoder.add(row, row));
    EXPECT_EQ(encoder.add(row, row).error().code, error_row_image);
    EXPECT_TRUE(encoder.add(RowImages{base::as_bytes(all), base::as_bytes(all)}));
}

TEST(EventEncoder, takes_back_an_event_that_no_server_reads) {
    std::string bytes = "before";
    EventEncoder events(bytes);
    events.begin(EventType::rows_query);
    bytes.resize(bytes.size() + event_bytes_max - event_header_bytes + 1);
    const auto finished = events.finish();
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, error_limit);
    EXPECT_EQ(bytes, "before");
}

TEST(ColumnProjection, gives_rows_of_the_columns_that_are_left) {
    for (std::uint32_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        const RandomTable table(random, "t");
        std::vector<std::size_t> columns;
        for (std::size_t i = 0; i < table.column_count(); ++i) columns.push_back(i);
        std::shuffle(columns.begin(), columns.end(), random);
        columns.resize(1 + below(random, columns.size()));
        const auto projection = ColumnProjection::compile(table.map(), columns).value();
        const std::string present_before = table.some_columns(random);
        const std::string present = projection.columns_present(base::as_bytes(present_before));
        if (present.find_first_not_of('\0') == present.npos) continue;

        std::string bytes;
        EventEncoder events(bytes, {.position = 4});
        const TableMap renamed_map = renamed(projection.table_map(), "other", "names").value();
        ASSERT_TRUE(
            append_table_map(events, renamed_map, 9, base::as_text(renamed_map.optional_metadata)));
        RowsEvent heading;
        heading.table_id = 9;
        heading.column_count = projection.column_count();
        heading.columns_after = base::as_bytes(present);
        RowsEncoder encoder(events, heading);
        std::vector<Change> written;
        std::vector<ColumnValue> projected;
        for (int i = 0; i < 5; ++i) {
            const OwnedRow row = only(table.row(random), base::as_bytes(present_before));
            const std::vector<ColumnValue> views = views_of(row);
            projection.project(views, projected);
            ASSERT_TRUE(encoder.add({}, projected));
            Change change;
            for (const std::size_t column : columns) change.after.push_back(row[column]);
            written.push_back(std::move(change));
        }
        ASSERT_TRUE(encoder.finish());
        const Read back = read(bytes, 4, ChecksumAlgorithm::none);
        EXPECT_EQ(back.changes, written);

        const TableMap map = parse_table_map(back.events[0]).value();
        EXPECT_EQ(map.schema, "other");
        EXPECT_EQ(map.table, "names");
        const auto before = decode_columns(table.map()).value(),
                   after = decode_columns(map).value();
        const auto dimensions_before = decode_optional_metadata(table.map()).value();
        const auto dimensions_after = decode_optional_metadata(map).value();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            EXPECT_EQ(after[i].type, before[columns[i]].type);
            EXPECT_EQ(after[i].metadata, before[columns[i]].metadata);
            EXPECT_EQ(after[i].nullable, before[columns[i]].nullable);
            if (after[i].type != ColumnType::vector) continue;
            EXPECT_EQ(dimensions_after.vector_dimensions[i],
                      dimensions_before.vector_dimensions[columns[i]]);
        }
    }
}

TEST(ColumnProjection, refuses_columns_that_are_not_there_or_twice) {
    TableShape shape("d", "t");
    shape.integer(4).integer(4);
    for (const std::vector<std::size_t>& columns :
         {std::vector<std::size_t>{}, {2}, {0, 0}, {1, 0, 1}}) {
        const auto projection = ColumnProjection::compile(shape.table_map(), columns);
        ASSERT_FALSE(projection);
        EXPECT_EQ(projection.error().code, error_projection);
    }
}

TEST(TableMap, is_renamed_to_names_only) {
    const TableShape shape("d", "t");
    EXPECT_EQ(renamed(shape.table_map(), "e", std::string(192, 'x')).value().table.size(), 192U);
    for (const std::string& name : {std::string(), std::string(193, 'x'), std::string("a\0b", 3)}) {
        const auto refused = renamed(shape.table_map(), "e", name);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, error_projection);
        EXPECT_FALSE(renamed(shape.table_map(), name, "t"));
    }
}

}  // namespace
}  // namespace penstock::binlog::test
