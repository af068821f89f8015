#include "capture/packet_cutter.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/assert.h"
#include "binlog/limits.h"
#include "capture/errors.h"

namespace penstock::capture {
namespace {

constexpr std::size_t packet_bytes_max = 0xFFFFFF;
// An event after its status byte.
constexpr std::size_t payload_bytes_max = std::size_t{binlog::event_bytes_max} + 1;
constexpr std::size_t joined_bytes_kept = packet_bytes_max;  // freed when it has grown beyond

}  // namespace

void PacketCutter::feed(base::Bytes piece) {
    PENSTOCK_ASSERT(piece_.empty());
    piece_ = piece;
}

Result<std::optional<base::Bytes>> PacketCutter::next() {
    release_joined();
    while (true) {
        if (!in_payload_) {
            PENSTOCK_ASSIGN(const bool complete, take_header());
            if (!complete) return std::nullopt;
            if (!joining_ && !continues_ && piece_.size() >= rest_) {
                const base::Bytes payload = piece_.first(rest_);
                piece_ = piece_.subspan(rest_);
                in_payload_ = false;
                return payload;
            }
        }
        const std::size_t size = std::min(rest_, piece_.size());
        joined_.append(base::as_text(piece_.first(size)));
        joining_ = true;
        piece_ = piece_.subspan(size);
        rest_ -= size;
        if (rest_ > 0) return std::nullopt;
        in_payload_ = false;
        if (continues_) continue;
        joining_ = false;
        delivered_ = true;
        return base::as_bytes(joined_);
    }
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
    if (joined_.size() + rest_ > payload_bytes_max) {
        return fail(ErrorKind::transient, error_bad_packet,
                    fmt::format("a packet of more than {} bytes", payload_bytes_max));
    }
    continues_ = rest_ == packet_bytes_max;
    in_payload_ = true;
    return true;
}

void PacketCutter::release_joined() {
    if (!delivered_) return;
    delivered_ = false;
    joined_.clear();
    if (joined_.capacity() > joined_bytes_kept) joined_.shrink_to_fit();
}

}  // namespace penstock::capture
