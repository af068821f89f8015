#include "binlog/checksum.h"

#include <fmt/core.h>
#include <array>

#include "binlog/errors.h"
#include "binlog/event_header.h"

namespace penstock::binlog {

namespace {

std::uint32_t event_checksum(const EventHeader& header, Bytes summed) {
    const bool flagged =
        header.type == EventType::format_description && (header.flags & event_in_use_flag) != 0;
    if (!flagged) return crc32(summed);
    const std::array<std::uint8_t, 1> flags{
        static_cast<std::uint8_t>(summed[event_flags_offset] & ~event_in_use_flag)};
    const std::uint32_t before = crc32(summed.first(event_flags_offset));
    return crc32(summed.subspan(event_flags_offset + 1), crc32(flags, before));
}

}  // namespace

Result<Bytes> checked_payload(Bytes whole_event, ChecksumAlgorithm algorithm) {
    PENSTOCK_ASSIGN(const EventHeader header, parse_event_header(whole_event));
    if (header.event_size != whole_event.size()) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    fmt::format("claims {} bytes, has {}", header.event_size, whole_event.size()));
    }
    if (algorithm == ChecksumAlgorithm::none) return whole_event.subspan(event_header_bytes);
    if (whole_event.size() < event_header_bytes + checksum_bytes) {
        return fail(ErrorKind::corrupt, error_malformed_event, "too short to hold a checksum");
    }
    const Bytes summed = whole_event.first(whole_event.size() - checksum_bytes);
    const std::uint64_t stored = base::load_le(summed.data() + summed.size(), checksum_bytes);
    const std::uint32_t computed = event_checksum(header, summed);
    if (stored != computed) {
        return fail(ErrorKind::corrupt, error_checksum,
                    fmt::format("checksum is {:08x}, stored is {:08x}", computed, stored),
                    "the event was damaged on disk or on its way; read it again from the source");
    }
    return summed.subspan(event_header_bytes);
}

}  // namespace penstock::binlog
