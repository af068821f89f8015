#include "capture/packet_cutter.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "binlog/limits.h"
#include "capture/errors.h"

namespace penstock::capture {
namespace {

constexpr std::size_t packet_bytes_max = 0xFFFFFF;
// An event after its status byte.
constexpr std::size_t payload_bytes_max = std::size_t{binlog::event_bytes_max} + 1;

}  // namespace

void PacketCutter::feed(base::Bytes piece) {
    PENSTOCK_ASSERT(piece_.empty());
    piece_ = piece;
}

Result<std::optional<Part>> PacketCutter::next() {
    while (true) {
        if (!in_packet_) {
            PENSTOCK_ASSIGN(const bool complete, take_header());
            if (!complete) return std::nullopt;
            const bool begins = !begun_ && head_filled_ == 0;
            if (begins && !continues_ && piece_.size() >= rest_) return deliver(take(rest_));
        }
        if (const std::optional<Part> part = next_part()) return part;
        if (rest_ > 0) return std::nullopt;
        in_packet_ = false;
    }
}

// Nullopt: the piece or the packet is at its end.
std::optional<Part> PacketCutter::next_part() {
    const std::size_t size = std::min(rest_, piece_.size());
    const bool ends = size == rest_ && !continues_;
    const bool long_enough = begun_ || (head_filled_ == 0 && size >= first_part_bytes_min);
    if (long_enough) {
        if (size == 0 && !ends) return std::nullopt;
        return deliver(take(size));
    }
    collect_head();
    const bool whole = rest_ == 0 && !continues_;
    if (head_filled_ < first_part_bytes_min && !whole) return std::nullopt;
    return deliver({head_.data(), std::exchange(head_filled_, 0)});
}

void PacketCutter::collect_head() {
    const base::Bytes more =
        take(std::min({rest_, piece_.size(), first_part_bytes_min - head_filled_}));
    std::ranges::copy(more, head_.begin() + static_cast<std::ptrdiff_t>(head_filled_));
    head_filled_ += more.size();
}

base::Bytes PacketCutter::take(std::size_t size) {
    const base::Bytes bytes = piece_.first(size);
    piece_ = piece_.subspan(size);
    rest_ -= size;
    return bytes;
}

Part PacketCutter::deliver(base::Bytes bytes) {
    const Part part{bytes, !begun_, rest_ == 0 && !continues_};
    if (rest_ == 0) in_packet_ = false;
    begun_ = !part.last;
    if (part.last) payload_bytes_ = 0;
    return part;
}

Result<bool> PacketCutter::take_header() {
    const std::size_t size = std::min(header_bytes - header_filled_, piece_.size());
    std::copy_n(piece_.begin(), size,
                header_.begin() + static_cast<std::ptrdiff_t>(header_filled_));
    piece_ = piece_.subspan(size);
    header_filled_ += size;
    if (header_filled_ < header_bytes) return false;
    header_filled_ = 0;
    rest_ = static_cast<std::size_t>(base::load_le(header_.data(), 3));
    if (header_[3] != sequence_) {
        return fail(ErrorKind::transient, error_bad_packet,
                    fmt::format("packet number {} came where {} was due", header_[3], sequence_));
    }
    ++sequence_;
    payload_bytes_ += rest_;
    if (payload_bytes_ > payload_bytes_max) {
        return fail(ErrorKind::transient, error_bad_packet,
                    fmt::format("a packet of more than {} bytes", payload_bytes_max));
    }
    continues_ = rest_ == packet_bytes_max;
    in_packet_ = true;
    return true;
}

}  // namespace penstock::capture
