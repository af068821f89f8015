#include "relay/reader.h"

#include <fmt/core.h>
#include <algorithm>

#include "base/errors.h"
#include "binlog/format_description.h"
#include "relay/errors.h"
#include "relay/whole_event.h"

namespace penstock::relay {

using State = RelayLog::Extent::State;

Reader::Reader(const RelayLog& log) : log_(log), pin_(log) {}

Result<void> Reader::open(const Position& position) {
    recent_ = {};
    segment_.reset();
    format_.clear();
    limit_ = 0;
    file_ = position.file;
    offset_ = position.offset == 0 ? first_event_offset : position.offset;
    pin_.hold(file_);
    const Result<bool> found = find_more();
    if (found) return {};
    pin_.drop();
    return tl::unexpected<Error>(found.error());
}

Result<RelayEvent> Reader::next(const std::stop_token& stop) {
    while (true) {
        PENSTOCK_ASSIGN(std::optional<RelayEvent> event, try_next());
        if (event) return *event;
        if (!log_.wait_beyond(file_, offset_, stop)) {
            return fail(ErrorKind::cancelled, base::error_cancelled, "reading the relay log");
        }
    }
}

Result<std::optional<RelayEvent>> Reader::try_next() {
    if (offset_ >= limit_) {
        PENSTOCK_ASSIGN(const bool more, find_more());
        if (!more) return std::nullopt;
    }
    PENSTOCK_ASSIGN(const base::Bytes bytes, event_at(offset_));
    if (offset_ == first_event_offset) PENSTOCK_TRY(keep_format(bytes));
    auto& fed = from_memory_ ? log_.fed().from_memory : log_.fed().from_disk;
    fed.fetch_add(bytes.size(), std::memory_order_relaxed);
    const RelayEvent event{bytes, file_, offset_, offset_ + bytes.size()};
    offset_ = event.end;
    return event;
}

// Makes limit_ greater than offset_, going on in the next segment if need be. False: not yet.
Result<bool> Reader::find_more() {
    while (true) {
        const RelayLog::Extent extent = log_.extent(file_);
        if (extent.state == State::awaited) return false;
        if (extent.state == State::missing) {
            return fail(ErrorKind::definite, error_no_such_position,
                        fmt::format("{} is not in the relay log, which begins with {}",
                                    position().to_string(), extent.next),
                        "Start the task anew with an empty destination.");
        }
        limit_ = extent.durable_offset;
        if (offset_ > limit_) {
            return fail(ErrorKind::definite, error_no_such_position,
                        fmt::format("{} is beyond the end of the relay log's segment, {}",
                                    position().to_string(), limit_),
                        "Start the task anew with an empty destination.");
        }
        if (format_.empty() && offset_ > first_event_offset) {
            PENSTOCK_ASSIGN(const base::Bytes format, event_at(first_event_offset));
            PENSTOCK_TRY(keep_format(format));
        }
        if (offset_ < limit_) return true;
        if (extent.state == State::growing) return false;
        if (*file_number(extent.next) != *file_number(file_) + 1) {
            return fail(ErrorKind::definite, error_no_such_position,
                        fmt::format("the segment after {} was purged before it was read", file_),
                        "Start the task anew with an empty destination.");
        }
        recent_ = {};
        segment_.reset();
        format_.clear();
        limit_ = 0;
        file_ = extent.next;
        pin_.hold(file_);
        offset_ = first_event_offset;
    }
}

Result<base::Bytes> Reader::event_at(std::uint64_t offset) {
    Result<base::Bytes> event =
        whole_event([this](std::uint64_t at, std::size_t size) { return view(at, size); }, offset,
                    limit_, flavour_);
    if (!event && event.error().kind == ErrorKind::corrupt) {
        return tl::unexpected<Error>(corrupt(offset, event.error().text));
    }
    return event;
}

Result<base::Bytes> Reader::view(std::uint64_t offset, std::size_t size) {
    from_memory_ = true;
    if (recent_.chunk && offset >= recent_.chunk->begin && offset + size <= recent_.end) {
        return base::Bytes{recent_.chunk->memory.get() + (offset - recent_.chunk->begin), size};
    }
    if (!segment_ || !segment_->holds(offset, size)) {
        if (const auto found = view_in_memory(offset, size)) return *found;
    }
    from_memory_ = false;
    if (!segment_) {
        PENSTOCK_ASSIGN(SegmentWindow window, SegmentWindow::open(log_.path(file_)));
        segment_.emplace(std::move(window));
    }
    return segment_->view(offset, size, limit_);
}

// In one chunk, or put together from several.
std::optional<base::Bytes> Reader::view_in_memory(std::uint64_t offset, std::size_t size) {
    const std::uint64_t end = offset + size;
    joined_.clear();
    for (std::uint64_t at = offset; at < end;) {
        recent_ = log_.recent().find(file_, at);
        if (!recent_.chunk) return std::nullopt;
        recent_.end = std::min(recent_.end, limit_);
        const base::Bytes found{recent_.chunk->memory.get() + (at - recent_.chunk->begin),
                                std::min(end, recent_.end) - at};
        if (found.size() == size) return found;
        joined_.append(base::as_text(found));
        at += found.size();
    }
    return base::as_bytes(joined_);
}

Result<void> Reader::keep_format(base::Bytes event) {
    const auto format = binlog::parse_format_description(event);
    if (!format) return tl::unexpected<Error>(corrupt(first_event_offset, format.error().text));
    format_ = base::as_text(event);
    flavour_ = format->flavour();
    return {};
}

Error Reader::corrupt(std::uint64_t offset, std::string_view why) const {
    return Error{ErrorKind::corrupt, error_relay_corrupt,
                 fmt::format("{} at {}: {}", log_.path(file_), offset, why),
                 "Compare with the source's file of that name; remove the relay folder and "
                 "capture again if the source still has it."};
}

}  // namespace penstock::relay
