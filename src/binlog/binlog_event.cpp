#include "penstock/binlog_event.h"

namespace penstock {

std::string BinlogGtid::to_string() const {
    if (const auto* mysql = std::get_if<Gtid>(&gtid)) return mysql->to_string();
    if (const auto* mariadb = std::get_if<MariadbGtid>(&gtid)) return mariadb->to_string();
    return "ANONYMOUS";
}

}  // namespace penstock
