// XID and XA_PREPARE: how a transaction of a transactional engine ends.
//
// Layouts: XID u64 number; XA_PREPARE u8 one phase, u32 format, u32 and u32 lengths of the two
// parts, those. Source: mysql-9.7 libs/mysql/binlog/event/control_events.{h,cpp}; the same in
// MariaDB since 10.5. Pure, any thread; views borrowed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

// Of the X/Open XA specification: at most 64 bytes each part.
struct XaIdentifier {
    std::uint32_t format = 0;
    std::string_view global;  // gtrid; not empty
    std::string_view branch;  // bqual

    // "X'7831',X'62',7", as the server writes it into XA statements.
    [[nodiscard]] std::string to_string() const;
    friend bool operator==(const XaIdentifier&, const XaIdentifier&) = default;
};

inline constexpr std::size_t xa_part_bytes_max = 64;

struct XaPrepareEvent {
    bool one_phase = false;  // XA COMMIT ... ONE PHASE: it is committed
    XaIdentifier xa;
};

// The commit, numbered by the server; the number means nothing outside of that server.
struct XidEvent {
    std::uint64_t number = 0;
};

[[nodiscard]] Result<XidEvent> parse_xid(const EventView& event);
[[nodiscard]] Result<XaPrepareEvent> parse_xa_prepare(const EventView& event);

}  // namespace penstock::binlog
