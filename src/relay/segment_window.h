// SegmentWindow: a segment's bytes through a window of memory that moves forward; one event larger
// than the window makes it grow for as long as it is needed.
//
// One thread at a time. A view is valid until the next call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "binlog/event_header.h"
#include "penstock/result.h"
#include "relay/file.h"

namespace penstock::relay {

// Where the first event of a binlog file begins: after the magic.
inline constexpr std::uint64_t first_event_offset = binlog::binlog_magic.size();

class SegmentWindow {
public:
    [[nodiscard]] static Result<SegmentWindow> open(const std::string& path);

    // The `size` bytes at `offset`. Nothing at or beyond `limit` is looked at, not even ahead; the
    // caller has checked that `offset + size <= limit`. Fewer bytes if the file is shorter.
    [[nodiscard]] Result<base::Bytes> view(std::uint64_t offset, std::size_t size,
                                           std::uint64_t limit);
    // Whether view() would have those bytes without reading the file.
    [[nodiscard]] bool holds(std::uint64_t offset, std::size_t size) const {
        return offset >= begin_ && offset + size <= begin_ + filled_;
    }
    // See whole_event.h.
    [[nodiscard]] Result<base::Bytes> event(std::uint64_t offset, std::uint64_t limit,
                                            binlog::Flavour flavour);

    [[nodiscard]] Result<std::uint64_t> file_size() const { return file_.size(); }

private:
    explicit SegmentWindow(File file) : file_(std::move(file)) {}

    File file_;
    std::unique_ptr<std::uint8_t[]> memory_;
    std::size_t capacity_ = 0;
    std::uint64_t begin_ = 0;  // where in the file the window begins
    std::size_t filled_ = 0;
};

}  // namespace penstock::relay
