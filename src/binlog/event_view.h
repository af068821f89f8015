// EventView: one whole event, cut and checked, as a borrowed view; and how parsers complain.
//
// The bytes belong to whoever cut the event; everything parsed out of a view lives as long as
// they do. Pure, any thread.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "binlog/checksum.h"
#include "binlog/event_header.h"

namespace penstock::binlog {

struct EventView {
    EventHeader header;
    Bytes whole;               // header, body and checksum
    Bytes body;                // without header and checksum
    std::uint64_t offset = 0;  // where it starts in its file, in bytes; for an event inside of a
                               // compressed transaction: where that transaction's event starts
};

// Parses the header and verifies size and checksum. `whole_event` must be exactly one event.
[[nodiscard]] Result<EventView> view_event(Bytes whole_event, ChecksumAlgorithm checksum,
                                           std::uint64_t offset = 0);

// The error with "Query event (type 2) at offset 1234: " before its text: for those of what is
// decoded without the event at hand (columns, metadata, rows).
[[nodiscard]] Error located(const EventView& event, Error error);
// "Query event (type 2) at offset 1234: <reason>", kind corrupt.
[[nodiscard]] tl::unexpected<Error> malformed(const EventView& event, std::string_view reason);
// The same, kind refused: it is well-formed, but cannot be carried.
[[nodiscard]] tl::unexpected<Error> unsupported(const EventView& event, std::string_view reason,
                                                std::string remedy = {});

}  // namespace penstock::binlog
