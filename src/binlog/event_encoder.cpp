#include "binlog/event_encoder.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog {

namespace {

std::uint8_t* bytes_at(std::string& out, std::size_t offset) {
    return reinterpret_cast<std::uint8_t*>(out.data()) + offset;
}

}  // namespace

std::size_t begin_event(std::string& out, EventType type, const EventStamp& stamp) {
    const std::size_t start = out.size();
    base::ByteWriter writer(out);
    writer.le(stamp.timestamp, 4).le(static_cast<std::uint8_t>(type), 1);
    writer.le(stamp.server_id, 4).le(0, 4).le(0, 4).le(stamp.flags, 2);
    return start;
}

void finish_event(std::string& out, std::size_t start) {
    PENSTOCK_ASSERT(start + event_header_bytes <= out.size());
    PENSTOCK_ASSERT(out.size() - start <= UINT32_MAX);
    base::store_le(bytes_at(out, start + event_size_offset), out.size() - start, 4);
}

Result<void> EventEncoder::finish() {
    const std::size_t bytes = event_bytes();
    if (bytes > event_bytes_max) {
        out_.resize(start_);
        return fail(ErrorKind::definite, error_limit,
                    fmt::format("an event of {} bytes would be larger than servers read ({})",
                                bytes, event_bytes_max));
    }
    out_.resize(start_ + bytes);
    finish_event(out_, start_);
    if (stamp_.position) {
        *stamp_.position += bytes;
        base::store_le(bytes_at(out_, start_ + event_position_offset), *stamp_.position, 4);
    }
    if (stamp_.checksum == ChecksumAlgorithm::none) return {};
    const std::size_t sum_at = out_.size() - checksum_bytes;
    const Bytes summed = base::as_bytes(out_).subspan(start_, sum_at - start_);
    base::store_le(bytes_at(out_, sum_at), crc32(summed), checksum_bytes);
    return {};
}

}  // namespace penstock::binlog
