#include "capture/file_history.h"

#include <fmt/core.h>

#include "binlog/event_view.h"
#include "binlog/format_description.h"
#include "binlog/gtid_event.h"
#include "capture/errors.h"
#include "capture/limits.h"

namespace penstock::capture {
namespace {

using binlog::EventType;

bool tells(EventType type) {
    return type == EventType::gtid || type == EventType::gtid_tagged ||
           type == EventType::anonymous_gtid || type == EventType::format_description;
}

}  // namespace

Result<void> FileHistory::take(const Part& part, std::uint64_t start) {
    if (part.first) {
        header_ = binlog::load_event_header(part.bytes.data());
        joined_.clear();
    }
    if (!tells(header_.type)) return {};
    if (part.is_whole()) return take_whole(part.bytes, start);
    if (header_.event_size <= joined_bytes_max) joined_ += base::as_text(part.bytes);
    return part.last ? take_whole(base::as_bytes(joined_), start) : Result<void>{};
}

Result<void> FileHistory::take_whole(base::Bytes event, std::uint64_t start) {
    if (header_.type == EventType::format_description) {
        PENSTOCK_ASSIGN(const auto format, binlog::parse_format_description(event));
        checksum_ = format.checksum;
        return {};
    }
    PENSTOCK_ASSIGN(const binlog::EventView view,
                    binlog::view_event(event, checksum_, start, binlog::ChecksumPolicy::trust));
    PENSTOCK_ASSIGN(const binlog::GtidEvent transaction, binlog::parse_gtid(view));
    if (transaction.anonymous) {
        return fail(ErrorKind::refused, error_files_unusable,
                    fmt::format("the transaction at offset {} has no GTID", start),
                    "Files of servers with gtid_mode=ON can be applied.");
    }
    executed_.add(transaction.gtid);
    last_ = transaction.gtid;
    const bool says = transaction.transaction_length != 0;
    transaction_end_ = says ? start + transaction.transaction_length : 0;
    return {};
}

}  // namespace penstock::capture
