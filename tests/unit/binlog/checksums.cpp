#include "checksums.h"

#include "binlog/checksum.h"
#include "binlog/event_header.h"

namespace penstock::binlog::test {

void repair_checksum(std::span<std::uint8_t> event) {
    if (event.size() < event_header_bytes + checksum_bytes) return;
    event[event_flags_offset] &= 0xFE;
    const std::size_t summed = event.size() - checksum_bytes;
    base::store_le(&event[summed], crc32(event.first(summed)), checksum_bytes);
}

void repair_checksums(std::span<std::uint8_t> file) {
    if (file.size() < binlog_magic.size()) return;
    file = file.subspan(binlog_magic.size());
    while (true) {
        const auto header = parse_event_header(file);
        if (!header || header->event_size > file.size()) return;
        repair_checksum(file.first(header->event_size));
        file = file.subspan(header->event_size);
    }
}

}  // namespace penstock::binlog::test
