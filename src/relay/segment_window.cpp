#include "relay/segment_window.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>

#include "binlog/stream_position.h"
#include "relay/errors.h"

namespace penstock::relay {
namespace {

constexpr std::size_t window_bytes = 1024 * 1024;

}  // namespace

Result<SegmentWindow> SegmentWindow::open(const std::string& path) {
    PENSTOCK_ASSIGN(File file, File::open(path, O_RDONLY));
    return SegmentWindow(std::move(file));
}

Result<base::Bytes> SegmentWindow::view(std::uint64_t offset, std::size_t size,
                                        std::uint64_t limit) {
    const bool inside = offset >= begin_ && offset + size <= begin_ + filled_;
    if (!inside) {
        const std::size_t wanted = std::max(size, window_bytes);
        if (capacity_ != wanted) {
            memory_ = std::make_unique_for_overwrite<std::uint8_t[]>(wanted);
            capacity_ = wanted;
        }
        begin_ = offset;
        filled_ = 0;
        const auto ahead =
            static_cast<std::size_t>(std::min<std::uint64_t>(wanted, limit - offset));
        PENSTOCK_ASSIGN(filled_, file_.read_at(offset, {memory_.get(), ahead}));
    }
    const auto start = static_cast<std::size_t>(offset - begin_);
    return base::Bytes{memory_.get() + start, std::min(size, filled_ - start)};
}

Result<base::Bytes> SegmentWindow::event(std::uint64_t offset, std::uint64_t limit,
                                         binlog::Flavour flavour) {
    const auto truncated = [](std::uint64_t missing_from) {
        return fail(ErrorKind::corrupt, error_relay_corrupt,
                    fmt::format("the event is cut off at {}", missing_from));
    };
    if (limit - offset < binlog::event_header_bytes) return truncated(limit);
    PENSTOCK_ASSIGN(const base::Bytes head, view(offset, binlog::event_header_bytes, limit));
    if (head.size() < binlog::event_header_bytes) return truncated(offset + head.size());
    PENSTOCK_ASSIGN(const binlog::EventHeader header, binlog::parse_event_header(head));
    const std::uint64_t end = offset + header.event_size;
    if (end > limit) return truncated(limit);
    if (!binlog::ends_at(header, flavour, end)) {
        return fail(ErrorKind::corrupt, error_relay_corrupt,
                    fmt::format("the event's header says that it ends at {}, but it ends at {}",
                                header.log_pos, end));
    }
    PENSTOCK_ASSIGN(const base::Bytes whole, view(offset, header.event_size, limit));
    if (whole.size() < header.event_size) return truncated(offset + whole.size());
    return whole;
}

}  // namespace penstock::relay
