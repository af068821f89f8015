// What a server says about its own binlog. One thread at a time, as its Connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::mysql {

struct BinlogStatus {
    std::string file;  // the file being written
    std::uint64_t position = 0;
    std::string executed_gtid_set;  // as the server prints it, line breaks removed
};

struct BinlogFile {
    std::string name;
    std::uint64_t size = 0;
};

// SHOW BINARY LOG STATUS, under the name that this server knows it by. A server without binlog is
// an error of kind refused.
[[nodiscard]] Result<BinlogStatus> binlog_status(Connection& connection);
// SHOW BINARY LOGS: oldest first, the last one is being written.
[[nodiscard]] Result<std::vector<BinlogFile>> binlog_files(Connection& connection);

}  // namespace penstock::mysql
