// The commands by which a replica introduces itself and asks for the binlog. Pure.
//
// Source: mysql-9.7 sql/rpl_source.cc (com_binlog_dump, com_binlog_dump_gtid, register_replica).
#pragma once

#include <cstdint>
#include <string>

#include "relay/position.h"

namespace penstock::capture {

// COM_REGISTER_REPLICA: makes us visible in SHOW REPLICAS. Answered by an OK packet.
[[nodiscard]] std::string register_replica(std::uint32_t server_id);

// COM_BINLOG_DUMP, whose offset has 32 bits. Beyond those COM_BINLOG_DUMP_GTID with an empty set of
// GTIDs to leave out, which does the same with an offset of 64 bits (needs gtid_mode=ON).
[[nodiscard]] std::string binlog_dump(std::uint32_t server_id, const relay::Position& from);

}  // namespace penstock::capture
