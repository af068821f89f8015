// EventWriter: where the parts of an event go when it is shown, one way of showing a class. Calls
// come in this order: begin_event, parts, then for a rows event begin_rows, rows, end_rows, then
// end_event. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binlog/event_view.h"
#include "binlog/row_reader.h"
#include "penstock/result.h"

namespace penstock::inspect {

using binlog::RowReader;
using binlog::Table;

struct EventHeading {
    std::string_view file;
    const binlog::EventView* event = nullptr;
    // Inside of a compressed transaction: the event's offset is that of the transaction's event.
    bool in_payload = false;
};

class EventWriter {
public:
    EventWriter() = default;
    EventWriter(const EventWriter&) = delete;
    EventWriter& operator=(const EventWriter&) = delete;
    virtual ~EventWriter() = default;

    virtual void begin_event(const EventHeading& heading) = 0;
    virtual void text(std::string_view name, std::string_view value) = 0;
    // A value in any character set, or in none.
    virtual void bytes(std::string_view name, std::string_view value, bool is_binary) = 0;
    virtual void number(std::string_view name, std::uint64_t value) = 0;
    virtual void integer(std::string_view name, std::int64_t value) = 0;
    virtual void flag(std::string_view name, bool value) = 0;
    // The columns of a table map.
    virtual void columns(const Table& table) = 0;
    virtual void begin_rows() = 0;
    virtual Result<void> row(const Table& table, binlog::RowsKind kind, const RowReader& row) = 0;
    virtual void end_rows() = 0;
    virtual void end_event() = 0;

    // What was written and not taken yet; the taker clears it.
    [[nodiscard]] std::string& output() { return out_; }

protected:
    std::string out_;
};

}  // namespace penstock::inspect
