#include "binlog/event_header.h"

#include <fmt/core.h>

#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog {

Result<EventHeader> parse_event_header(Bytes bytes) {
    base::ByteReader reader(bytes);
    EventHeader header;
    header.timestamp = reader.u32();
    header.type = EventType{reader.u8()};
    header.server_id = reader.u32();
    header.event_size = reader.u32();
    header.log_pos = reader.u32();
    header.flags = reader.u16();
    if (!reader.ok()) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    fmt::format("an event header needs {} bytes, there are {}", event_header_bytes,
                                bytes.size()));
    }
    if (header.event_size < event_header_bytes || header.event_size > event_bytes_max) {
        return fail(
            ErrorKind::corrupt, error_malformed_event,
            fmt::format("{} event (type {}) claims a size of {} bytes", to_string(header.type),
                        static_cast<unsigned>(header.type), header.event_size));
    }
    return header;
}

}  // namespace penstock::binlog
