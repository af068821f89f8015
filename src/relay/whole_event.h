// whole_event: the event at an offset, out of whatever shows a segment's bytes. Pure but for that.
#pragma once

#include <fmt/core.h>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "binlog/event_header.h"
#include "binlog/stream_position.h"
#include "penstock/result.h"
#include "relay/errors.h"

namespace penstock::relay {

// `view(offset, size)` answers those bytes, valid until it is called again, or fewer where there
// are no more; nothing at or beyond `limit` is asked for. The event's header must be sound and must
// say that the event ends where it does, unless events of its type need not in segments of that
// flavour; an Error of kind corrupt says what is wrong, without naming the place.
template <class View>
[[nodiscard]] Result<base::Bytes> whole_event(View&& view, std::uint64_t offset,
                                              std::uint64_t limit, binlog::Flavour flavour) {
    const auto truncated = [](std::uint64_t missing_from) {
        return fail(ErrorKind::corrupt, error_relay_corrupt,
                    fmt::format("the event is cut off at {}", missing_from));
    };
    if (limit - offset < binlog::event_header_bytes) return truncated(limit);
    PENSTOCK_ASSIGN(const base::Bytes head, view(offset, binlog::event_header_bytes));
    if (head.size() < binlog::event_header_bytes) return truncated(offset + head.size());
    PENSTOCK_ASSIGN(const binlog::EventHeader header, binlog::parse_event_header(head));
    const std::uint64_t end = offset + header.event_size;
    if (end > limit) return truncated(limit);
    if (!binlog::ends_at(header, flavour, end)) {
        return fail(ErrorKind::corrupt, error_relay_corrupt,
                    fmt::format("the event's header says that it ends at {}, but it ends at {}",
                                header.log_pos, end));
    }
    PENSTOCK_ASSIGN(const base::Bytes whole, view(offset, header.event_size));
    if (whole.size() < header.event_size) return truncated(offset + whole.size());
    return whole;
}

}  // namespace penstock::relay
