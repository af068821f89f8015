#include "binlog/event_header.h"

#include <fmt/core.h>

#include "binlog/errors.h"

namespace penstock::binlog {

Result<EventHeader> parse_event_header(Bytes bytes) {
    if (bytes.size() < event_header_bytes) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    fmt::format("an event header needs {} bytes, there are {}", event_header_bytes,
                                bytes.size()));
    }
    const EventHeader header = load_event_header(bytes.data());
    if (!is_event_size(header.event_size)) {
        return fail(
            ErrorKind::corrupt, error_malformed_event,
            fmt::format("{} event (type {}) claims a size of {} bytes", to_string(header.type),
                        static_cast<unsigned>(header.type), header.event_size));
    }
    return header;
}

}  // namespace penstock::binlog
