// Entry: one scheduled event in the ledger (penstock.scheduled_event), and reading and writing it.
//
// The functions work on the connection given, inside its transaction if it has one open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"
#include "schema/definitions.h"

namespace penstock::gate {

enum class EntryState : std::uint8_t {
    held,               // exists on the source, waits for the release
    ready,              // created on the destination, disabled, read back
    released,           // has its wanted status on the destination
    skipped_expired,    // its time passed, or it had run on the source; not created
    conflict,           // something else of that name exists on the destination
    failed,             // could not be enabled; see error and remedy
    dropped_on_source,  // gone: dropped, completed, or moved out of the selected databases
    ignored,            // events are not migrated, or it came after the gate had opened
};
[[nodiscard]] std::string_view to_string(EntryState state);
[[nodiscard]] std::optional<EntryState> entry_state(std::string_view text);

// Still to be released: its source event exists as far as the stream tells.
[[nodiscard]] bool is_pending(EntryState state);

struct Entry {
    // status is the wanted final one. Of an entry that needs_read only what the stream said is
    // known; its schedule is in schedule_text as written.
    schema::ScheduledEventDefinition definition;
    std::string schedule_text;
    EntryState state = EntryState::held;
    std::string origin;            // snapshot or stream
    bool needs_read = false;       // changed by the stream since the catalogue was read
    std::string last_gtid;         // of the last statement about it; empty: none
    std::uint64_t statements = 0;  // of the stream, about it
    bool created_here = false;     // what has this name on the destination was made by us
    std::string error;
    std::string remedy;
    std::string message;
    std::string final_status;  // read back after the release; "enabling", "completed": see
                               // destination_events.h
    std::string next_run;      // on the destination, in the event's zone; empty: none is to come
    std::string released_at;   // UTC
};

[[nodiscard]] std::string entry_table_sql();

// With Lock::update the rows stay as they are until the caller's transaction ends: for whoever is
// going to write them.
enum class Lock : std::uint8_t { none, update };

[[nodiscard]] Result<std::vector<Entry>> read_entries(mysql::Connection& connection,
                                                      std::string_view task,
                                                      Lock lock = Lock::none);
[[nodiscard]] Result<std::optional<Entry>> read_entry(mysql::Connection& connection,
                                                      std::string_view task,
                                                      std::string_view schema,
                                                      std::string_view name,
                                                      Lock lock = Lock::none);
// Replaces the row of that key, or makes it.
[[nodiscard]] Result<void> write_entry(mysql::Connection& connection, std::string_view task,
                                       const Entry& entry);
[[nodiscard]] Result<void> delete_entry(mysql::Connection& connection, std::string_view task,
                                        std::string_view schema, std::string_view name);

// The schedule of a definition read from a catalogue, for people.
[[nodiscard]] std::string schedule_text(const schema::ScheduledEventDefinition& definition);

}  // namespace penstock::gate
