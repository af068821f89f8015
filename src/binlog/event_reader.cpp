#include "binlog/event_reader.h"

#include <fmt/core.h>
#include <algorithm>
#include <array>

#include "binlog/errors.h"
#include "binlog/mariadb_control.h"

namespace penstock::binlog {

namespace {

// Where an event is depends on the size of the one before, so a processor can't look ahead by
// itself. Some ten small events; for large ones it does no harm.
constexpr std::size_t prefetch_bytes = 1024;

// An event that changes nothing here, and is not refused.
bool is_ordinary(EventType type) {
    return type != EventType::format_description && type != EventType::mariadb_start_encryption;
}

// mysql-9.7 sql/rpl_log_encryption.cc, Rpl_encryption_header::ENCRYPTION_MAGIC.
constexpr std::array<std::uint8_t, 4> encrypted_magic{0xFD, 'b', 'i', 'n'};

// From 11.4 on MariaDB keeps an index beside each file, binlog.000001.idx, which a shell's pattern
// catches, too. MariaDB 11.8 sql/gtid_index.cc, GTID_INDEX_MAGIC, as it is in real files.
constexpr std::array<std::uint8_t, 4> gtid_index_magic{0xFE, 0xFE, 0x0C, 0x01};

bool starts_with(Bytes bytes, const std::array<std::uint8_t, 4>& magic) {
    return std::equal(magic.begin(), magic.end(), bytes.begin());
}

// START_V3 is how files began before there was FORMAT_DESCRIPTION.
tl::unexpected<Error> too_old(std::uint64_t offset) {
    return fail(ErrorKind::refused, error_unsupported_format,
                fmt::format("Start_v3 event (type 1) at offset {}: the binlog is of MySQL 4.1 or "
                            "before; version 4 is needed",
                            offset),
                "use a source of MySQL 5.7 or later");
}

}  // namespace

bool EventReader::need(std::size_t bytes) {
    bytes_wanted_ = bytes;
    return bytes_.size() >= bytes;
}

Result<void> EventReader::skip_magic() {
    if (starts_with(bytes_, encrypted_magic)) {
        return fail(ErrorKind::refused, error_encrypted,
                    "at offset 0: the file is encrypted (binlog_encryption=ON) with a key that the "
                    "server keeps",
                    "read the file through its server, which decrypts what it sends: "
                    "mysqlbinlog --read-from-remote-server --raw");
    }
    if (starts_with(bytes_, gtid_index_magic)) {
        return fail(ErrorKind::refused, error_unsupported_format,
                    "this is MariaDB's GTID index of a binlog file, and not that file",
                    "leave out the files whose names end in .idx");
    }
    if (!starts_with(bytes_, binlog_magic)) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    "this is no binlog file: it does not start with the magic number",
                    "check that the file is a binlog");
    }
    bytes_ = bytes_.subspan(binlog_magic.size());
    offset_ = binlog_magic.size();
    return {};
}

void EventReader::pass(std::size_t bytes) {
    bytes_ = bytes_.subspan(bytes);
    offset_ += bytes;
    bytes_wanted_ = event_header_bytes;
}

// A shortcut of next_with_care() for a whole, sound, ordinary event: a stream is mostly of small
// ones. The result is filled in place, because a copy of what was just stored has to wait for the
// stores.
Result<std::optional<EventView>> EventReader::next() {
    Result<std::optional<EventView>> result;
    if (offset_ != 0 && format_ && bytes_.size() >= event_header_bytes) {
        __builtin_prefetch(bytes_.data() + prefetch_bytes);
        EventView& event = result->emplace();
        event.header = load_event_header(bytes_.data());
        event.offset = offset_;
        const std::size_t size = event.header.event_size;
        if (is_ordinary(event.header.type) && is_event_size(event.header.event_size) &&
            bytes_.size() >= size) {
            event.whole = bytes_.first(size);
            if (find_body(event, format_->checksum, policy_)) {
                pass(size);
                return result;
            }
        }
    }
    result = next_with_care();
    return result;
}

Result<std::optional<EventView>> EventReader::next_with_care() {
    if (offset_ == 0) {
        if (!need(binlog_magic.size())) return std::nullopt;
        PENSTOCK_TRY(skip_magic());
    }
    if (!need(event_header_bytes)) return std::nullopt;
    auto header = parse_event_header(bytes_);
    if (!header) {
        header.error().text = fmt::format("at offset {}: {}", offset_, header.error().text);
        return forward_error(header);
    }
    if (!need(header->event_size)) return std::nullopt;
    const Bytes whole = bytes_.first(header->event_size);
    PENSTOCK_ASSIGN(const EventView event, cut(*header, whole));
    pass(whole.size());
    return event;
}

Result<EventView> EventReader::cut(const EventHeader& header, Bytes whole) {
    if (header.type == EventType::format_description) {
        PENSTOCK_ASSIGN(format_, parse_format_description(whole, offset_));
        return view_event(whole, ChecksumAlgorithm::none, offset_);
    }
    if (!format_ && header.type == EventType::start_v3) return too_old(offset_);
    if (!format_) {
        return fail(
            ErrorKind::corrupt, error_malformed_event,
            fmt::format("{} event (type {}) at offset {}: the file's FORMAT_DESCRIPTION is "
                        "missing",
                        to_string(header.type), static_cast<unsigned>(header.type), offset_));
    }
    PENSTOCK_ASSIGN(const EventView event, view_event(whole, format_->checksum, offset_, policy_));
    if (format_->is_mariadb && header.type == EventType::mariadb_start_encryption) {
        return encrypted_file(event);
    }
    return event;
}

Result<void> EventReader::finish() const {
    if (bytes_.empty()) return {};
    // The type is the fifth byte: it may be there even if the header is not whole.
    const EventType type = offset_ != 0 && bytes_.size() > event_type_offset
                               ? EventType{bytes_[event_type_offset]}
                               : EventType::unknown;
    return fail(ErrorKind::corrupt, error_malformed_event,
                fmt::format("{} event (type {}) at offset {}: the file ends inside of it, after {} "
                            "of {} bytes or more",
                            to_string(type), static_cast<unsigned>(type), offset_, bytes_.size(),
                            bytes_wanted_),
                "the server crashed while it wrote the file, or the file was copied in part");
}

}  // namespace penstock::binlog
