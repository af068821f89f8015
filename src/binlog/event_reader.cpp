#include "binlog/event_reader.h"

#include <fmt/core.h>
#include <algorithm>
#include <array>

#include "binlog/errors.h"
#include "binlog/mariadb_control.h"

namespace penstock::binlog {

namespace {

// mysql-9.7 sql/rpl_log_encryption.cc, Rpl_encryption_header::ENCRYPTION_MAGIC.
constexpr std::array<std::uint8_t, 4> encrypted_magic{0xFD, 'b', 'i', 'n'};

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
    if (!starts_with(bytes_, binlog_magic)) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    "this is no binlog file: it does not start with the magic number",
                    "check that the file is a binlog");
    }
    bytes_ = bytes_.subspan(binlog_magic.size());
    offset_ = binlog_magic.size();
    return {};
}

Result<std::optional<EventView>> EventReader::next() {
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
    PENSTOCK_ASSIGN(EventView event, cut(*header));
    bytes_ = bytes_.subspan(event.whole.size());
    offset_ += event.whole.size();
    bytes_wanted_ = event_header_bytes;
    return event;
}

Result<EventView> EventReader::cut(const EventHeader& header) {
    const Bytes whole = bytes_.first(header.event_size);
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
    PENSTOCK_ASSIGN(const EventView event, view_event(whole, format_->checksum, offset_));
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
