#include "capture/dump_request.h"

#include <limits>

#include "base/bytes.h"

namespace penstock::capture {
namespace {

constexpr std::uint8_t com_binlog_dump = 0x12;
constexpr std::uint8_t com_register_replica = 0x15;
constexpr std::uint8_t com_binlog_dump_gtid = 0x1E;

}  // namespace

std::string register_replica(std::uint32_t server_id) {
    std::string command;
    base::ByteWriter writer(command);
    writer.le(com_register_replica, 1).le(server_id, 4);
    writer.le(0, 1).le(0, 1).le(0, 1);  // host, user, password: not reported
    writer.le(0, 2).le(0, 4).le(0, 4);  // port, recovery rank, source id
    return command;
}

std::string binlog_dump(std::uint32_t server_id, const relay::Position& from) {
    std::string command;
    base::ByteWriter writer(command);
    if (from.offset <= std::numeric_limits<std::uint32_t>::max()) {
        writer.le(com_binlog_dump, 1).le(from.offset, 4);
        writer.le(0, 2).le(server_id, 4).text(from.file);
        return command;
    }
    constexpr std::uint64_t no_source_ids = 0;
    writer.le(com_binlog_dump_gtid, 1).le(0, 2).le(server_id, 4);
    writer.le(from.file.size(), 4).text(from.file).le(from.offset, 8);
    writer.le(sizeof no_source_ids, 4).le(no_source_ids, 8);
    return command;
}

}  // namespace penstock::capture
