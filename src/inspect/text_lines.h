// TextLines: events for people. A line an event, and under it a line for each row:
//
//   binlog.000007:1234  2026-11-22T17:00:00Z  Update_rows  server_id=1 table_id=90 shop.orders
//     id=1 state='new'  ->  id=1 state='paid'
//
// An insert begins with +, a delete with -. Bytes that are no text are written as 0x00FF,
// JSON documents as they are.
#pragma once

#include "inspect/event_time.h"
#include "inspect/event_writer.h"

namespace penstock::inspect {

class TextLines final : public EventWriter {
public:
    void begin_event(const EventHeading& heading) override;
    void text(std::string_view name, std::string_view value) override;
    void bytes(std::string_view name, std::string_view value, bool is_binary) override;
    void number(std::string_view name, std::uint64_t value) override;
    void integer(std::string_view name, std::int64_t value) override;
    void flag(std::string_view name, bool value) override;
    void columns(const Table& table) override;
    void begin_rows() override {}
    Result<void> row(const Table& table, binlog::RowsKind kind, const RowReader& row) override;
    void end_rows() override {}
    void end_event() override;

private:
    void name(std::string_view name);
    [[nodiscard]] Result<void> image(const Table& table, const std::vector<binlog::Value>& values);
    [[nodiscard]] Result<void> value(const binlog::Value& value,
                                     std::span<const std::string_view> members);
    void append_bytes(std::string_view bytes, bool binary);

    TimeText time_;
};

}  // namespace penstock::inspect
