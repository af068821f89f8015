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

// `trust`: the bytes were verified before, as those of a relay log; a checksum is only cut off.
enum class ChecksumPolicy : std::uint8_t { verify, trust };

// Parses the header and verifies size and checksum. `whole_event` must be exactly one event.
[[nodiscard]] Result<EventView> view_event(Bytes whole_event, ChecksumAlgorithm checksum,
                                           std::uint64_t offset = 0,
                                           ChecksumPolicy policy = ChecksumPolicy::verify);

// The error with "Query event (type 2) at offset 1234: " before its text, unless it begins so
// already: for those of what is decoded without the event at hand (columns, metadata, rows).
[[nodiscard]] Error located(const EventView& event, Error error);
// "Query event (type 2) at offset 1234: <reason>", kind corrupt.
[[nodiscard]] tl::unexpected<Error> malformed(const EventView& event, std::string_view reason);
// The same, kind refused: it is well-formed, but cannot be carried.
[[nodiscard]] tl::unexpected<Error> unsupported(const EventView& event, std::string_view reason,
                                                std::string remedy = {});

// Fills the body of an event whose header and whole are there; false if view_event() would refuse
// them. For those who cut many events.
[[nodiscard]] inline bool find_body(EventView& event, ChecksumAlgorithm checksum,
                                    ChecksumPolicy policy) {
    const std::size_t size = event.whole.size();
    std::size_t frame_bytes = event_header_bytes;
    if (checksum != ChecksumAlgorithm::none) frame_bytes += checksum_bytes;
    if (size != event.header.event_size || size < frame_bytes) return false;
    event.body = event.whole.subspan(event_header_bytes, size - frame_bytes);
    return checksum == ChecksumAlgorithm::none || policy == ChecksumPolicy::trust ||
           checksum_matches(event.whole);
}

// Asks for the start of an event that will be read soon, as its rows are found one behind the other
// and a processor can't look ahead by itself. Harmless for any event.
inline void prefetch(const EventView& event) {
    constexpr std::size_t line_bytes = 64;
    constexpr std::size_t bytes_max = 8 * line_bytes;
    const std::size_t bytes = event.whole.size() < bytes_max ? event.whole.size() : bytes_max;
    for (std::size_t at = 0; at < bytes; at += line_bytes) {
        __builtin_prefetch(event.whole.data() + at);
    }
}

}  // namespace penstock::binlog
