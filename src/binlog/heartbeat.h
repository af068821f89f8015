// HEARTBEAT: sent by the source while it has nothing to send; never in a file.
//
// The first version of MySQL cannot say positions beyond 4 GiB, the second one can (8.0.26).
// MariaDB puts such a position, u64, before the file's name, and 0 into the header.
// Source: mysql-9.7 libs/mysql/binlog/event/codecs/binary.cpp; MariaDB 10.11 sql/sql_repl.cc
// (send_heartbeat_event). Pure, any thread.
#pragma once

#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

struct Heartbeat {
    std::string_view file;  // borrowed
    std::uint64_t position = 0;
};

// Either version.
[[nodiscard]] Result<Heartbeat> parse_heartbeat(const EventView& event,
                                                Flavour flavour = Flavour::mysql);

}  // namespace penstock::binlog
