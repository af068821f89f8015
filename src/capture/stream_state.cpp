#include "capture/stream_state.h"

#include <fmt/core.h>

#include <utility>

#include "binlog/crc32.h"
#include "binlog/event_view.h"
#include "binlog/format_description.h"
#include "binlog/rotate.h"
#include "binlog/stream_position.h"
#include "capture/errors.h"
#include "capture/limits.h"
#include "relay/segment_window.h"

namespace penstock::capture {

using binlog::ChecksumAlgorithm;
using binlog::EventHeader;
using binlog::EventType;

namespace {

// CRC-32 over any bytes followed by their own CRC-32, least significant byte first.
constexpr std::uint32_t summed_with_its_checksum = 0x2144DF1C;

// Besides announcements, heartbeats and formats. MariaDB's GTID_LIST says where the dump begins.
bool is_made_up(const binlog::EventHeader& header) {
    return (header.flags & binlog::event_artificial_flag) != 0 &&
           (header.log_pos == 0 || header.type == binlog::EventType::mariadb_gtid_list);
}

enum class Role : std::uint8_t { announcement, format, made_up, of_file };

Role role_of(const EventHeader& header) {
    switch (header.type) {
        case EventType::rotate:
            if (header.log_pos == 0) return Role::announcement;
            break;
        case EventType::heartbeat:
        case EventType::heartbeat_v2:
            return Role::made_up;
        case EventType::format_description:
            return Role::format;
        default:
            break;
    }
    return is_made_up(header) ? Role::made_up : Role::of_file;
}

}  // namespace

StreamState::StreamState(relay::Position from, std::optional<std::uint32_t> format_timestamp)
    : position_(std::move(from)), held_format_timestamp_(format_timestamp) {}

Result<StreamStep> StreamState::take(const Part& part) {
    if (!part.first) return go_on(part);
    const base::Bytes event = part.bytes;
    if (event.size() < binlog::event_header_bytes) {
        return corrupt(fmt::format("an event of {} bytes, which is no header", event.size()));
    }
    const EventHeader header = binlog::load_event_header(event.data());
    if (!part.last) return begin_parts(event, header);
    if (header.event_size != event.size()) return wrong_size(header, event.size());
    return take_whole(event, header);
}

Result<StreamStep> StreamState::take_whole(base::Bytes event, const EventHeader& header) {
    switch (role_of(header)) {
        case Role::announcement:
            return take_announcement(event);
        case Role::format:
            return take_format(event, header);
        case Role::made_up:
            return StreamStep{};
        case Role::of_file:
            break;
    }
    return take_event_of_file(event, header);
}

Result<StreamStep> StreamState::begin_parts(base::Bytes first, const EventHeader& header) {
    const Role role = role_of(header);
    parts_.header = header;
    parts_.received = 0;
    parts_.sum = 0;
    parts_.joined.clear();
    parts_.use = role == Role::of_file   ? Parts::Use::append
                 : role == Role::made_up ? Parts::Use::ignore
                                         : Parts::Use::join;
    if (role == Role::of_file && !format_seen_) {
        return corrupt("an event before the file's format description");
    }
    if (parts_.use == Parts::Use::join && header.event_size > joined_bytes_max) {
        return corrupt(fmt::format("an event of type {} of {} bytes",
                                   binlog::to_string(header.type), header.event_size));
    }
    return go_on({first, true, false});
}

Result<StreamStep> StreamState::go_on(const Part& part) {
    parts_.received += part.bytes.size();
    const bool right_size = part.last ? parts_.received == parts_.header.event_size
                                      : parts_.received <= parts_.header.event_size;
    if (!right_size) return wrong_size(parts_.header, parts_.received);
    if (parts_.use == Parts::Use::join) parts_.joined += base::as_text(part.bytes);
    if (parts_.use == Parts::Use::append && checksum_ != ChecksumAlgorithm::none) {
        parts_.sum = binlog::crc32(part.bytes, parts_.sum);
    }
    if (part.last) return finish_parts(part);
    if (parts_.use != Parts::Use::append) return StreamStep{};
    return StreamStep{StreamAction::append, {}, part, parts_.header.event_size};
}

Result<StreamStep> StreamState::finish_parts(const Part& last) {
    if (parts_.use == Parts::Use::ignore) return StreamStep{};
    if (parts_.use == Parts::Use::join) {
        return take_whole(base::as_bytes(parts_.joined), parts_.header);
    }
    if (checksum_ != ChecksumAlgorithm::none && parts_.sum != summed_with_its_checksum) {
        return corrupt("the checksum of an event does not match its bytes");
    }
    return advance(parts_.header, last);
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
    return begin_file(rotate.file);
}

StreamStep StreamState::begin_file(std::string_view file) {
    position_ = {std::string(file), relay::first_event_offset};
    format_seen_ = false;
    held_format_timestamp_.reset();
    return StreamStep{StreamAction::next_file, file};
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
    return advance(header, {event});
}

Result<StreamStep> StreamState::take_event_of_file(base::Bytes event, const EventHeader& header) {
    if (!format_seen_) return corrupt("an event before the file's format description");
    binlog::EventView view{header, event, {}, position_.offset};
    if (!binlog::find_body(view, checksum_, binlog::ChecksumPolicy::verify)) {
        return corrupt(binlog::checked_payload(event, checksum_).error().text);
    }
    return advance(header, {event});
}

Result<StreamStep> StreamState::advance(const EventHeader& header, const Part& part) {
    const std::uint64_t end = position_.offset + header.event_size;
    if (!binlog::ends_at(header, flavour_, end)) {
        return corrupt(
            fmt::format("an event of type {} ends at {} by its header, at {} by the bytes "
                        "received",
                        binlog::to_string(header.type), header.log_pos, end));
    }
    position_.offset = end;
    return StreamStep{StreamAction::append, {}, part, header.event_size, header.timestamp};
}

tl::unexpected<Error> StreamState::wrong_size(const EventHeader& header,
                                              std::uint64_t received) const {
    return corrupt(
        fmt::format("an event of {} bytes came as {} bytes", header.event_size, received));
}

tl::unexpected<Error> StreamState::corrupt(const std::string& why) const {
    return fail(
        ErrorKind::corrupt, error_stream_corrupt,
        fmt::format("binlog stream at {}: {}", position_.to_string(), why),
        "Check the source's file with mysqlbinlog --verify-binlog-checksum, and the network "
        "in between.");
}

}  // namespace penstock::capture
