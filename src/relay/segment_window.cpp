#include "relay/segment_window.h"

#include <fcntl.h>

#include <algorithm>

#include "relay/whole_event.h"

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
    if (!holds(offset, size)) {
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
    return whole_event([&](std::uint64_t at, std::size_t size) { return view(at, size, limit); },
                       offset, limit, flavour);
}

}  // namespace penstock::relay
