// EventPrinter: shows events, one after the other, through an EventWriter: expands what is
// compressed, knows the tables, reads the rows. One thread.
#pragma once

#include <string>

#include "binlog/event_view.h"
#include "inspect/event_writer.h"
#include "penstock/result.h"

namespace penstock::inspect {

class EventPrinter {
public:
    explicit EventPrinter(EventWriter& out) : out_(out) {}

    void begin_file(std::string name);
    // An event that is to be shown. Error: it can't be read, and nothing of it was written,
    // but what was read of a compressed transaction before the event that can't be.
    [[nodiscard]] Result<void> print(const binlog::EventView& event);
    // One that is not: only what later events need of it is looked at.
    [[nodiscard]] Result<void> pass_over(const binlog::EventView& event);

private:
    [[nodiscard]] Result<void> print_one(const binlog::EventView& event, bool in_payload);
    [[nodiscard]] Result<void> write_one(const binlog::EventView& event, bool in_payload);
    [[nodiscard]] Result<void> print_table_map(const binlog::EventView& event);
    [[nodiscard]] Result<void> print_rows(const binlog::EventView& event);
    [[nodiscard]] Result<void> print_payload(const binlog::EventView& event);
    [[nodiscard]] Result<void> look_at_format(const binlog::EventView& event);

    EventWriter& out_;
    std::string file_;
    binlog::Flavour flavour_ = binlog::Flavour::mysql;
    binlog::TableCache tables_;
    RowReader rows_;
    std::string expanded_;
};

}  // namespace penstock::inspect
