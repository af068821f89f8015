#include "binlog/mariadb_gtid_event.h"

#include <fmt/core.h>

namespace penstock::binlog {

namespace {

constexpr std::uint32_t list_count_bits = 28;
constexpr std::size_t list_entry_bytes = 16;

constexpr std::uint8_t has_xa = mariadb_gtid_prepared_xa_flag | mariadb_gtid_completed_xa_flag;
constexpr std::uint8_t ends_alter =
    mariadb_gtid_commit_alter_flag | mariadb_gtid_rollback_alter_flag;

XaIdentifier read_xa(base::ByteReader& reader) {
    XaIdentifier xa;
    xa.format = reader.u32();
    const std::uint8_t global_bytes = reader.u8();
    const std::uint8_t branch_bytes = reader.u8();
    xa.global = reader.text(global_bytes);
    xa.branch = reader.text(branch_bytes);
    return xa;
}

// The padding reads as extra flags that are 0.
void read_extra(base::ByteReader& reader, MariadbGtidEvent& gtid) {
    gtid.extra_flags = reader.u8();
    if ((gtid.extra_flags & mariadb_gtid_multi_engine_flag) != 0) gtid.extra_engines = reader.u8();
    if ((gtid.extra_flags & ends_alter) != 0) gtid.start_alter_sequence = reader.u64();
    if ((gtid.extra_flags & mariadb_gtid_thread_flag) != 0) gtid.thread_id = reader.u32();
}

bool is_sequence(std::uint64_t number) {
    return number >= 1 && number < static_cast<std::uint64_t>(gtid_number_end);
}

}  // namespace

Result<MariadbGtidEvent> parse_mariadb_gtid(const EventView& event) {
    base::ByteReader reader(event.body);
    MariadbGtidEvent gtid;
    const std::uint64_t sequence = reader.u64();
    gtid.gtid = {reader.u32(), event.header.server_id, static_cast<std::int64_t>(sequence)};
    gtid.flags = reader.u8();
    if ((gtid.flags & mariadb_gtid_group_commit_flag) != 0) gtid.commit_id = reader.u64();
    if ((gtid.flags & has_xa) != 0) gtid.xa = read_xa(reader);
    if (reader.remaining() > 0) read_extra(reader, gtid);
    if (!reader.ok()) return malformed(event, "truncated");
    if (!is_sequence(sequence)) {
        return malformed(event, fmt::format("sequence number {}", sequence));
    }
    if (gtid.xa && gtid.xa->global.empty()) return malformed(event, "an empty XA identifier");
    return gtid;
}

Result<MariadbGtidListEvent> parse_mariadb_gtid_list(const EventView& event) {
    base::ByteReader reader(event.body);
    MariadbGtidListEvent list;
    const std::uint32_t counted = reader.u32();
    const std::uint32_t count = counted & ((1U << list_count_bits) - 1);
    list.flags = static_cast<std::uint8_t>(counted >> list_count_bits);
    if (!reader.ok() || reader.remaining() / list_entry_bytes < count) {
        return malformed(event, "truncated");
    }
    list.gtids.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t domain = reader.u32();
        const std::uint32_t server = reader.u32();
        const std::uint64_t sequence = reader.u64();
        if (!is_sequence(sequence)) {
            return malformed(event, fmt::format("sequence number {}", sequence));
        }
        list.gtids.push_back({domain, server, static_cast<std::int64_t>(sequence)});
    }
    return list;
}

}  // namespace penstock::binlog
