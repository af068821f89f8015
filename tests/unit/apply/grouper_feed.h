// A Grouper fed by hand, for the tests of units.
#pragma once

#include <gtest/gtest.h>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "apply/grouper.h"
#include "binlog/encoding.h"

namespace penstock::apply {

inline constexpr const char* uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

// Feeds a Grouper with transactions of a table shop.t (id INT, v INT) and keeps what it emits.
class GrouperFeed : public testing::Test {
protected:
    void make(std::uint64_t group_bytes, std::uint64_t group_transactions, Overlap overlap = {},
              Mode mode = Mode::grouped,
              // So long that no slow machine closes a unit early.
              std::chrono::milliseconds group_age = std::chrono::hours(1)) {
        GrouperOptions options{
            "task",
            7,
            {"shop"},
            mode,
            group_bytes,
            group_transactions,
            std::move(overlap),
            group_age,
            [this](const std::string&, const std::string&) -> Result<DestinationTable> {
                ++tables_read_;
                return destination_;
            }};
        grouper_ = std::make_unique<Grouper>(std::move(options), Checkpoint{},
                                             [this](Piece piece) -> Result<void> {
                                                 pieces_.push_back(std::move(piece));
                                                 return {};
                                             });
    }

    void begin() {
        ++number_;
        TransactionStart start;
        start.gtid = Gtid::parse(std::string(uuid) + ":" + std::to_string(number_)).value();
        start.position = {"binlog.000001", number_ * 100};
        ASSERT_TRUE(grouper_->begin(start));
    }

    void map(const std::string& schema = "shop", std::uint16_t flags = 0) {
        binlog::TableShape shape(schema, "t");
        shape.integer(4).integer(4);
        std::string event;
        binlog::TableMap described = shape.table_map();
        described.flags = static_cast<std::uint16_t>(described.flags | flags);
        binlog::append_table_map_event(event, described, 42);
        const auto view =
            binlog::view_event(base::as_bytes(event), binlog::ChecksumAlgorithm::none);
        ASSERT_TRUE(view) << view.error().text;
        const auto map = binlog::parse_table_map(*view);
        ASSERT_TRUE(map) << map.error().text;
        ASSERT_TRUE(grouper_->table_map(*map, view->whole));
    }

    Result<void> row(binlog::RowsKind kind, std::uint16_t flags = 0) {
        return row(kind, static_cast<std::uint32_t>(number_), 1, 2, flags);
    }

    // One row: its id, and v before and after where the kind has such an image.
    Result<void> row(binlog::RowsKind kind, std::uint32_t id, std::uint32_t before,
                     std::uint32_t after, std::uint16_t flags = 0) {
        std::string images;
        const auto image = [&](std::uint32_t value) {
            binlog::RowImageWriter(images, 2).integer(id, 4).integer(value, 4);
        };
        if (binlog::has_before_image(kind)) image(before);
        if (binlog::has_after_image(kind)) image(after);
        const std::string all = "\x03";
        binlog::RowsEvent rows;
        rows.kind = kind;
        rows.table_id = 42;
        rows.flags = flags;
        rows.column_count = 2;
        if (binlog::has_before_image(kind)) rows.columns_before = base::as_bytes(all);
        if (binlog::has_after_image(kind)) rows.columns_after = base::as_bytes(all);
        rows.rows = base::as_bytes(images);
        return grouper_->rows(rows);
    }

    Result<void> statement(const std::string& sql) {
        schema::StreamStatement statement;
        statement.sql = sql;
        statement.default_schema = "shop";
        statement.source_file = "binlog.000001";
        statement.source_position = number_ * 100 + 90;
        return grouper_->statement(statement);
    }

    void end() { ASSERT_TRUE(grouper_->end({"binlog.000001", number_ * 100 + 90})); }

    void transaction(const std::string& schema = "shop") {
        begin();
        map(schema);
        ASSERT_TRUE(row(binlog::RowsKind::write));
        end();
    }

    // What the destination is said to have, of any table.
    DestinationTable destination_;
    std::uint64_t tables_read_ = 0;
    std::unique_ptr<Grouper> grouper_;
    std::vector<Piece> pieces_;
    std::uint64_t number_ = 0;
};

}  // namespace penstock::apply
