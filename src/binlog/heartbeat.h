// HEARTBEAT: sent by the source while it has nothing to send; never in a file.
//
// The first version cannot say positions beyond 4 GiB, the second one can (MySQL 8.0.26).
// Source: mysql-9.7 libs/mysql/binlog/event/codecs/binary.cpp. Pure, any thread.
#pragma once

#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

struct Heartbeat {
    std::string_view file;  // borrowed
    std::uint64_t position = 0;
};

// Either version.
[[nodiscard]] Result<Heartbeat> parse_heartbeat(const EventView& event);

}  // namespace penstock::binlog
