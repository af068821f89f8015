#include "binlog/heartbeat.h"

#include "binlog/limits.h"

namespace penstock::binlog {

namespace {

constexpr std::uint64_t end_field = 0;
constexpr std::uint64_t file_field = 1;
constexpr std::uint64_t position_field = 2;

Result<Heartbeat> parse_fields(const EventView& event) {
    base::ByteReader reader(event.body);
    Heartbeat heartbeat;
    while (reader.remaining() > 0) {
        const std::uint64_t type = reader.length_encoded();
        if (type == end_field) break;
        base::ByteReader field(reader.view(reader.length_encoded()));
        if (type == file_field) heartbeat.file = base::as_text(field.rest());
        if (type == position_field) heartbeat.position = field.length_encoded();
        if (!reader.ok() || !field.ok()) return malformed(event, "truncated field");
    }
    if (!reader.ok()) return malformed(event, "truncated");
    return heartbeat;
}

}  // namespace

Result<Heartbeat> parse_heartbeat(const EventView& event, Flavour flavour) {
    Heartbeat heartbeat{base::as_text(event.body), event.header.log_pos};
    if (event.header.type == EventType::heartbeat_v2) {
        PENSTOCK_ASSIGN(heartbeat, parse_fields(event));
    } else if (flavour == Flavour::mariadb && event.header.log_pos == 0) {
        base::ByteReader reader(event.body);
        heartbeat.position = reader.u64();
        heartbeat.file = base::as_text(reader.rest());
        if (!reader.ok()) return malformed(event, "truncated");
    }
    if (heartbeat.file.empty() || heartbeat.file.size() > file_name_bytes_max) {
        return malformed(event, "no file name");
    }
    return heartbeat;
}

}  // namespace penstock::binlog
