#include "binlog/stream_position.h"

namespace penstock::binlog {

namespace {

constexpr std::uint64_t wrap = std::uint64_t{1} << 32;

bool is_in_file(const EventHeader& header) {
    if ((header.flags & event_artificial_flag) != 0) return false;
    if (header.type == EventType::heartbeat || header.type == EventType::heartbeat_v2) return false;
    // Made up where a dump starts inside of a file.
    return header.type != EventType::format_description || header.log_pos != 0;
}

}  // namespace

bool may_lack_position(EventType type, Flavour flavour) {
    if (flavour != Flavour::mariadb) return false;
    switch (type) {
        case EventType::query:
        case EventType::intvar:
        case EventType::rand:
        case EventType::user_var:
        case EventType::begin_load_query:
        case EventType::append_block:
        case EventType::delete_file:
        case EventType::execute_load_query:
        case EventType::table_map:
        case EventType::mariadb_annotate_rows:
            return true;
        default:
            return is_rows(type) || is_compressed(type);
    }
}

bool ends_at(const EventHeader& header, Flavour flavour, std::uint64_t end) {
    if (header.log_pos == 0 && may_lack_position(header.type, flavour)) return true;
    return header.log_pos == static_cast<std::uint32_t>(end);
}

void StreamPosition::rotate(std::string_view file, std::uint64_t offset) {
    file_ = file;
    offset_ = offset;
}

void StreamPosition::advance(const EventHeader& header) {
    if (!is_in_file(header)) return;
    const std::uint64_t end = offset_ + header.event_size;
    if (header.log_pos == 0) {
        offset_ = end;
        return;
    }
    // The first place at or after `end` that the header can mean.
    offset_ = (end & ~(wrap - 1)) | header.log_pos;
    if (offset_ < end) offset_ += wrap;
}

}  // namespace penstock::binlog
