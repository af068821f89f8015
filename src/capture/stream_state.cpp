#include "capture/stream_state.h"

#include <fmt/core.h>

#include <utility>

#include "binlog/event_view.h"
#include "binlog/format_description.h"
#include "binlog/rotate.h"
#include "binlog/stream_position.h"
#include "capture/errors.h"
#include "relay/segment_window.h"

namespace penstock::capture {

namespace {

// Besides announcements, heartbeats and formats. MariaDB's GTID_LIST says where the dump begins.
bool is_made_up(const binlog::EventHeader& header) {
    return (header.flags & binlog::event_artificial_flag) != 0 &&
           (header.log_pos == 0 || header.type == binlog::EventType::mariadb_gtid_list);
}

}  // namespace

using binlog::ChecksumAlgorithm;
using binlog::EventHeader;
using binlog::EventType;

StreamState::StreamState(relay::Position from, std::optional<std::uint32_t> format_timestamp)
    : position_(std::move(from)), held_format_timestamp_(format_timestamp) {}

Result<StreamStep> StreamState::take(base::Bytes event) {
    if (event.size() < binlog::event_header_bytes) {
        return corrupt(fmt::format("an event of {} bytes, which is no header", event.size()));
    }
    const EventHeader header = binlog::load_event_header(event.data());
    if (header.event_size != event.size()) {
        return corrupt(
            fmt::format("an event of {} bytes came as {} bytes", header.event_size, event.size()));
    }
    if (header.type == EventType::rotate && header.log_pos == 0) return take_announcement(event);
    if (header.type == EventType::heartbeat || header.type == EventType::heartbeat_v2) {
        return StreamStep{};
    }
    if (header.type == EventType::format_description) return take_format(event, header);
    if (is_made_up(header)) return StreamStep{};
    return take_event_of_file(event, header);
}

// Whether it has a checksum is not known before the file's format is; its own bytes tell.
Result<StreamStep> StreamState::take_announcement(base::Bytes event) {
    const bool has_checksum = binlog::checked_payload(event, ChecksumAlgorithm::crc32).has_value();
    PENSTOCK_ASSIGN(const binlog::EventView view,
                    binlog::view_event(
                        event, has_checksum ? ChecksumAlgorithm::crc32 : ChecksumAlgorithm::none));
    PENSTOCK_ASSIGN(const binlog::RotateEvent rotate, binlog::parse_rotate(view));
    if (rotate.file == position_.file) {
        if (rotate.position == position_.offset) return StreamStep{};
        return corrupt(fmt::format("the source goes on at offset {}", rotate.position));
    }
    if (rotate.position != relay::first_event_offset) {
        return corrupt(fmt::format("the source goes on inside another file, {} at {}", rotate.file,
                                   rotate.position));
    }
    position_ = {std::string(rotate.file), relay::first_event_offset};
    format_seen_ = false;
    held_format_timestamp_.reset();
    return StreamStep{StreamAction::next_file, rotate.file, 0};
}

Result<StreamStep> StreamState::take_format(base::Bytes event, const EventHeader& header) {
    PENSTOCK_ASSIGN(const binlog::FormatDescription format,
                    binlog::parse_format_description(event));
    if (format_seen_) return corrupt("a second format description in one file");
    if (held_format_timestamp_ && *held_format_timestamp_ != header.timestamp) {
        return fail(
            ErrorKind::definite, error_source_behind,
            fmt::format("the source's {} is not the file that the relay log holds: it was "
                        "begun at another time",
                        position_.file),
            "The source's binlog was reset: start the task anew with an empty destination.");
    }
    format_seen_ = true;
    checksum_ = format.checksum;
    flavour_ = format.flavour();
    if (position_.offset > relay::first_event_offset) return StreamStep{};
    return advance(header);
}

Result<StreamStep> StreamState::take_event_of_file(base::Bytes event, const EventHeader& header) {
    if (!format_seen_) return corrupt("an event before the file's format description");
    binlog::EventView view{header, event, {}, position_.offset};
    if (!binlog::find_body(view, checksum_, binlog::ChecksumPolicy::verify)) {
        return corrupt(binlog::checked_payload(event, checksum_).error().text);
    }
    return advance(header);
}

Result<StreamStep> StreamState::advance(const EventHeader& header) {
    const std::uint64_t end = position_.offset + header.event_size;
    if (!binlog::ends_at(header, flavour_, end)) {
        return corrupt(
            fmt::format("an event of type {} ends at {} by its header, at {} by the bytes "
                        "received",
                        binlog::to_string(header.type), header.log_pos, end));
    }
    position_.offset = end;
    return StreamStep{StreamAction::append, {}, header.timestamp};
}

tl::unexpected<Error> StreamState::corrupt(const std::string& why) const {
    return fail(
        ErrorKind::corrupt, error_stream_corrupt,
        fmt::format("binlog stream at {}: {}", position_.to_string(), why),
        "Check the source's file with mysqlbinlog --verify-binlog-checksum, and the network "
        "in between.");
}

}  // namespace penstock::capture
