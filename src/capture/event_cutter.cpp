#include "capture/event_cutter.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "binlog/limits.h"
#include "capture/errors.h"

namespace penstock::capture {

using binlog::event_header_bytes;

void EventCutter::feed(base::Bytes piece) {
    PENSTOCK_ASSERT(piece_.empty());
    piece_ = piece;
}

Result<std::optional<Part>> EventCutter::next() {
    if (piece_.empty()) return std::nullopt;
    const bool first = rest_ == 0;
    if (first && (head_filled_ > 0 || piece_.size() < event_header_bytes)) {
        const base::Bytes more = take(std::min(piece_.size(), event_header_bytes - head_filled_));
        std::ranges::copy(more, head_.begin() + static_cast<std::ptrdiff_t>(head_filled_));
        head_filled_ += more.size();
        if (head_filled_ < event_header_bytes) return std::nullopt;
        head_filled_ = 0;
        PENSTOCK_TRY(begin(head_.data()));
        rest_ -= event_header_bytes;
        return Part{head_, true, rest_ == 0};
    }
    if (first) PENSTOCK_TRY(begin(piece_.data()));
    const base::Bytes bytes = take(std::min(piece_.size(), rest_));
    rest_ -= bytes.size();
    return Part{bytes, first, rest_ == 0};
}

Result<void> EventCutter::begin(const std::uint8_t* header) {
    rest_ = binlog::load_event_header(header).event_size;
    if (rest_ >= event_header_bytes && rest_ <= binlog::event_bytes_max) return {};
    return fail(ErrorKind::corrupt, error_stream_corrupt,
                fmt::format("an event can't have {} bytes", std::exchange(rest_, 0)));
}

base::Bytes EventCutter::take(std::size_t size) {
    const base::Bytes bytes = piece_.first(size);
    piece_ = piece_.subspan(size);
    return bytes;
}

}  // namespace penstock::capture
