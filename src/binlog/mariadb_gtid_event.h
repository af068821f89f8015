// MariaDB's GTID and GTID_LIST events.
//
// Layouts: GTID u64 sequence number, u32 domain, u8 flags, then what the flags tell: u64 commit id;
// XA identifier (u32 format, u8 and u8 lengths, both parts); and if there is more, u8 extra flags
// with u8 number of further engines, u64 sequence number of the START ALTER, u32 thread (from 11.5
// on). It is padded with zeros to 19 bytes, and much further at the head of a file that was made of
// a large transaction's cache (binlog_large_commit_threshold, 11.7): up to where the cache begins.
// The server id of the GTID is the header's. GTID_LIST u32 count (28 bits) and flags, then of each
// GTID u32 domain, u32 server, u64 number. Source: MariaDB 10.11 and 11.8 sql/log_event.{h,cc}
// (Gtid_log_event, Gtid_list_log_event). Pure, any thread; views borrowed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "binlog/event_view.h"
#include "binlog/xid.h"
#include "penstock/mariadb_gtid_set.h"

namespace penstock::binlog {

// MariadbGtidEvent::flags
inline constexpr std::uint8_t mariadb_gtid_standalone_flag = 1;  // no end: a single statement
inline constexpr std::uint8_t mariadb_gtid_group_commit_flag = 2;
inline constexpr std::uint8_t mariadb_gtid_transactional_flag = 4;
inline constexpr std::uint8_t mariadb_gtid_allow_parallel_flag = 8;
inline constexpr std::uint8_t mariadb_gtid_waited_flag = 16;
inline constexpr std::uint8_t mariadb_gtid_ddl_flag = 32;
inline constexpr std::uint8_t mariadb_gtid_prepared_xa_flag = 64;
inline constexpr std::uint8_t mariadb_gtid_completed_xa_flag = 128;

// MariadbGtidEvent::extra_flags
inline constexpr std::uint8_t mariadb_gtid_multi_engine_flag = 1;
inline constexpr std::uint8_t mariadb_gtid_start_alter_flag = 2;
inline constexpr std::uint8_t mariadb_gtid_commit_alter_flag = 4;
inline constexpr std::uint8_t mariadb_gtid_rollback_alter_flag = 8;
inline constexpr std::uint8_t mariadb_gtid_thread_flag = 16;

struct MariadbGtidEvent {
    MariadbGtid gtid;
    std::uint8_t flags = 0;
    std::uint8_t extra_flags = 0;
    std::uint64_t commit_id = 0;  // equal for transactions that were committed together; 0: alone
    std::optional<XaIdentifier> xa;  // of XA PREPARE, and of XA COMMIT or ROLLBACK after it
    std::uint8_t extra_engines = 0;
    std::uint64_t start_alter_sequence = 0;  // of a COMMIT or ROLLBACK ALTER
    std::uint32_t thread_id = 0;             // 0: absent

    [[nodiscard]] bool standalone() const { return (flags & mariadb_gtid_standalone_flag) != 0; }
};

struct MariadbGtidListEvent {
    std::uint8_t flags = 0;          // the four highest bits of the count
    std::vector<MariadbGtid> gtids;  // the last of each (domain, server), in no order
};

[[nodiscard]] Result<MariadbGtidEvent> parse_mariadb_gtid(const EventView& event);
[[nodiscard]] Result<MariadbGtidListEvent> parse_mariadb_gtid_list(const EventView& event);

}  // namespace penstock::binlog
