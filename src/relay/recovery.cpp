#include "relay/recovery.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/log.h"
#include "binlog/checksum.h"
#include "binlog/event_header.h"
#include "binlog/format_description.h"
#include "relay/errors.h"
#include "relay/file.h"
#include "relay/segment_window.h"

namespace penstock::relay {
namespace {

bool is_torn(const Error& error) {
    return error.kind == ErrorKind::corrupt;
}

// The offset after the last sound event. What is wrong with the next one is not an error here.
Result<std::uint64_t> find_sound_end(SegmentWindow& segment, std::uint64_t size) {
    std::uint64_t offset = first_event_offset;
    binlog::ChecksumAlgorithm checksum = binlog::ChecksumAlgorithm::none;
    binlog::Flavour flavour = binlog::Flavour::mysql;
    while (offset < size) {
        const Result<base::Bytes> event = segment.event(offset, size, flavour);
        if (!event) {
            if (is_torn(event.error())) break;
            return tl::unexpected<Error>(event.error());
        }
        if (offset == first_event_offset) {
            const auto format = binlog::parse_format_description(*event);
            if (!format) break;
            checksum = format->checksum;
            flavour = format->flavour();
        } else if (!binlog::checked_payload(*event, checksum)) {
            break;
        }
        offset += event->size();
    }
    return offset;
}

}  // namespace

Result<std::uint64_t> recover_segment(const std::string& path) {
    const std::string magic(binlog::binlog_magic.begin(), binlog::binlog_magic.end());
    PENSTOCK_ASSIGN(SegmentWindow segment, SegmentWindow::open(path));
    PENSTOCK_ASSIGN(const std::uint64_t size, segment.file_size());
    PENSTOCK_ASSIGN(const File file, File::open(path, O_WRONLY));
    if (size <= first_event_offset) {  // the crash came while the segment was being created
        PENSTOCK_TRY(file.write_at(0, magic));
        PENSTOCK_TRY(file.sync());
        return first_event_offset;
    }
    PENSTOCK_ASSIGN(const base::Bytes head, segment.view(0, magic.size(), size));
    if (base::as_text(head) != magic) {
        return fail(ErrorKind::corrupt, error_relay_corrupt, path + " is not a binlog file",
                    "Remove the relay folder and capture again.");
    }
    PENSTOCK_ASSIGN(const std::uint64_t end, find_sound_end(segment, size));
    if (end < size) {
        base::log_warning("relay", "{}: {} bytes after offset {} are not whole events; cut off",
                          path, size - end, end);
        PENSTOCK_TRY(file.truncate(end));
    }
    // What was read may never have reached the disk.
    PENSTOCK_TRY(file.sync());
    return end;
}

}  // namespace penstock::relay
