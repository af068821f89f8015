// Where transactions begin and end in a file. Pure, any thread.
#pragma once

#include "binlog/event_type.h"

namespace penstock::inspect {

[[nodiscard]] constexpr bool begins_transaction(binlog::EventType type) {
    return binlog::is_gtid(type) || type == binlog::EventType::mariadb_gtid;
}

// What stands between transactions.
[[nodiscard]] constexpr bool is_outside_transactions(binlog::EventType type) {
    using binlog::EventType;
    switch (type) {
        case EventType::format_description:
        case EventType::previous_gtids:
        case EventType::rotate:
        case EventType::stop:
        case EventType::mariadb_gtid_list:
        case EventType::mariadb_binlog_checkpoint:
        case EventType::mariadb_start_encryption:
            return true;
        default:
            return false;
    }
}

}  // namespace penstock::inspect
