// Damaged values give errors, never a crash, an over-read or unbounded work: meant to be run under
// address and undefined-behaviour sanitizers.

#include <gtest/gtest.h>

#include <random>

#include "binlog/compressed_column.h"
#include "binlog/event_reader.h"
#include "binlog/geometry_text.h"
#include "binlog/json_diff.h"
#include "binlog/json_text.h"
#include "binlog/json_view.h"
#include "binlog/value_text.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

constexpr std::uint32_t seed = 20261123;

// Exactly as long as its bytes, so that a sanitizer sees every byte read behind them.
std::vector<std::uint8_t> damaged(Bytes bytes, std::mt19937& random) {
    std::vector<std::uint8_t> out(bytes.begin(), bytes.end());
    const std::size_t count = random() % 4;
    for (std::size_t i = 0; i < count && !out.empty(); ++i) {
        const auto bits = static_cast<std::uint32_t>(random());
        out[random() % out.size()] =
            static_cast<std::uint8_t>(bits % 2 == 0 ? bits >> 8 : bits % 17);
    }
    if (random() % 8 == 0) out.resize(random() % (out.size() + 1));
    out.shrink_to_fit();
    return out;
}

// One value in every way in which it can be read.
void read_everything(const ValueType& type, const ColumnValue& column, Bytes other) {
    std::string out;
    const auto value = decode_value(type, column);
    if (!value) return;
    static_cast<void>(append_value_text(out, *value));
    if (value->kind == ValueKind::vector) append_vector_text(out, *value);
    static_cast<void>(append_geometry_text(out, value->bytes));
    static_cast<void>(append_expanded(out, value->bytes));
    static_cast<void>(append_json_text(out, value->bytes));
    static_cast<void>(append_changed_json(out, other, value->bytes));
    // What can be read as a document can be written again, and is the same then.
    const auto document = decode_json(value->bytes);
    std::string again, once, twice;
    if (!document || !append_json_binary(again, *document)) return;
    if (append_json_text(once, value->bytes)) {
        ASSERT_TRUE(append_json_text(twice, base::as_bytes(again)));
        EXPECT_EQ(once, twice);
    }
}

class Damager {
public:
    void take(const EventView& event, std::mt19937& random, int rounds) {
        if (event.header.type == EventType::table_map) {
            const TableMap map = parse_table_map(event).value();
            layout_ = RowLayout::compile(map).value();
            types_ = value_types(layout_.columns(), decode_optional_metadata(map).value());
        } else if (is_rows(event.header.type)) {
            take_rows(parse_rows(event).value(), random, rounds);
        }
    }

    std::size_t values = 0;

private:
    void take_rows(const RowsEvent& rows, std::mt19937& random, int rounds) {
        RowCursor cursor(layout_, rows);
        while (const auto images = cursor.next().value()) {
            Bytes image = images->after;
            if (rows.kind == RowsKind::partial_update) {
                image = split_partial_image(layout_, image).value().image;
            }
            std::vector<ColumnValue> columns;
            ASSERT_TRUE(layout_.split(image, rows.columns_after, columns));
            for (std::size_t i = 0; i < columns.size(); ++i) {
                for (int round = 0; round < rounds; ++round) damage(types_[i], columns[i], random);
                ++values;
            }
        }
    }

    void damage(const ValueType& type, const ColumnValue& column, std::mt19937& random) {
        std::vector<std::uint8_t> bytes = damaged(column.content(), random);
        if (column.prefix_bytes == 0) bytes.resize(column.bytes.size());  // the width is fixed
        const ColumnValue changed{column.present, column.null, 0, bytes};
        read_everything(type, changed, previous_);
        previous_ = std::move(bytes);
    }

    RowLayout layout_;
    std::vector<ValueType> types_;
    std::vector<std::uint8_t> previous_;
};

TEST(HostileValues, never_crash_a_reader) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RecordProperty("seed", std::to_string(seed));
    std::mt19937 random(seed);
    for (const char* name : {"values-mysql-9.7.binlog", "values-mariadb-10.11.binlog"}) {
        const std::string file = recorded_file(name);
        EventReader reader(base::as_bytes(file));
        Damager damager;
        while (const auto event = reader.next().value()) damager.take(*event, random, 30);
        EXPECT_GT(damager.values, 1000U);
    }
}

TEST(HostileValues, of_pure_noise_never_crash_a_reader) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 100000; ++round) {
        std::vector<std::uint8_t> bytes(random() % 60);
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : random() % 16);
        }
        const std::vector<std::uint8_t> other = damaged(bytes, random);
        read_everything({Column{ColumnType::json, 4, true}, false, 0},
                        ColumnValue{true, false, 0, bytes}, other);
    }
}

}  // namespace
}  // namespace penstock::binlog::test
