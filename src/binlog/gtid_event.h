// GTID, ANONYMOUS_GTID and GTID_TAGGED: the first event of every transaction.
//
// The first two: u8 flags, 16 bytes uuid, i64 number, then in versions since 5.7 u8 2, i64 last
// committed, i64 sequence number, and since 8.0 the commit times, the transaction's length, the
// server versions and the commit group's ticket, each only where the one before is.
// The tagged one is a message of MySQL's serialization library (tagged_message.h).
// Source: mysql-9.7 libs/mysql/binlog/event/control_events.{h,cpp}. Pure, any thread.
#pragma once

#include <cstdint>

#include "binlog/event_view.h"
#include "penstock/gtid_set.h"

namespace penstock::binlog {

// GtidEvent::flags: the transaction may hold statements besides row changes.
inline constexpr std::uint8_t gtid_may_have_statements_flag = 1;

struct GtidEvent {
    Gtid gtid;  // number 0 if anonymous
    bool anonymous = false;
    std::uint8_t flags = 0;
    // The source's logical clock: valid only inside of one of its files. 0: absent.
    std::int64_t last_committed = 0;
    std::int64_t sequence_number = 0;
    // Microseconds since 1970; 0: absent.
    std::uint64_t immediate_commit_timestamp_us = 0;
    std::uint64_t original_commit_timestamp_us = 0;
    // Bytes of all events of the transaction, this one included, with checksums; 0: absent.
    std::uint64_t transaction_length = 0;
    // As 90704 for 9.7.4; 0: absent. The original one is where the transaction was first committed.
    std::uint32_t immediate_server_version = 0;
    std::uint32_t original_server_version = 0;
    // Orders commits across groups (MySQL 8.4, Binlog Group Commit tickets); 0: absent.
    std::uint64_t commit_group_ticket = 0;
};

[[nodiscard]] Result<GtidEvent> parse_gtid(const EventView& event);

}  // namespace penstock::binlog
