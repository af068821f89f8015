#include "binlog/checksum.h"

#include <fmt/core.h>
#include <array>

#include "binlog/errors.h"
#include "binlog/event_header.h"

namespace penstock::binlog {

namespace {

std::uint32_t event_checksum(Bytes summed) {
    const std::uint8_t flags = summed[event_flags_offset];
    const bool in_use = (flags & event_in_use_flag) != 0;
    if (!in_use || EventType{summed[event_type_offset]} != EventType::format_description) {
        return crc32(summed);
    }
    const std::array<std::uint8_t, 1> cleared{
        static_cast<std::uint8_t>(flags & ~event_in_use_flag)};
    const std::uint32_t before = crc32(summed.first(event_flags_offset));
    return crc32(summed.subspan(event_flags_offset + 1), crc32(cleared, before));
}

std::uint32_t stored_checksum(Bytes whole_event) {
    return base::load_le<std::uint32_t>(whole_event.last(checksum_bytes).data());
}

Bytes without_checksum(Bytes whole_event) {
    return whole_event.first(whole_event.size() - checksum_bytes);
}

}  // namespace

bool checksum_matches(Bytes whole_event) {
    return event_checksum(without_checksum(whole_event)) == stored_checksum(whole_event);
}

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
    const Bytes summed = without_checksum(whole_event);
    const std::uint32_t computed = event_checksum(summed);
    if (stored_checksum(whole_event) != computed) {
        return fail(ErrorKind::corrupt, error_checksum,
                    fmt::format("checksum is {:08x}, stored is {:08x}", computed,
                                stored_checksum(whole_event)),
                    "the event was damaged on disk or on its way; read it again from the source");
    }
    return summed.subspan(event_header_bytes);
}

}  // namespace penstock::binlog
