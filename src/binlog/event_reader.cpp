#include "binlog/event_reader.h"

#include <fmt/core.h>
#include <algorithm>

#include "binlog/errors.h"

namespace penstock::binlog {

bool EventReader::need(std::size_t bytes) {
    bytes_wanted_ = bytes;
    return bytes_.size() >= bytes;
}

Result<void> EventReader::skip_magic() {
    if (!std::equal(binlog_magic.begin(), binlog_magic.end(), bytes_.begin())) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    "this is no binlog file: it does not start with the magic number",
                    "check that the file is a binlog and not encrypted");
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
        auto format = parse_format_description(whole);
        if (!format) {
            format.error().text = fmt::format("at offset {}: {}", offset_, format.error().text);
            return forward_error(format);
        }
        format_ = std::move(*format);
        return view_event(whole, ChecksumAlgorithm::none, offset_);
    }
    if (!format_) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    fmt::format("{} event at offset {}: the file's FORMAT_DESCRIPTION is missing",
                                to_string(header.type), offset_));
    }
    return view_event(whole, format_->checksum, offset_);
}

}  // namespace penstock::binlog
