#include "mysql/binlog_status.h"

#include <algorithm>
#include <charconv>

#include "mysql/errors.h"

namespace penstock::mysql {
namespace {

std::uint64_t to_number(const std::string& text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

const char* status_statement(const ServerVersion& version) {
    const bool new_name = version.flavour == Flavour::mysql && version.at_least(8, 2);
    return new_name ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
}

}  // namespace

Result<BinlogStatus> binlog_status(Connection& connection) {
    PENSTOCK_ASSIGN(const ResultSet rows, connection.query(status_statement(connection.version())));
    if (rows.row_count() == 0) {
        return fail(ErrorKind::refused, error_statement,
                    connection.endpoint().describe() + " writes no binlog",
                    "Start the server with log_bin.");
    }
    BinlogStatus status;
    status.file = rows.text(0, 0);
    status.position = to_number(rows.text(0, 1));
    if (const auto column = rows.column("Executed_Gtid_Set")) {
        status.executed_gtid_set = rows.text(0, *column);
        std::erase(status.executed_gtid_set, '\n');
    }
    return status;
}

Result<std::vector<BinlogFile>> binlog_files(Connection& connection) {
    PENSTOCK_ASSIGN(const ResultSet rows, connection.query("SHOW BINARY LOGS"));
    std::vector<BinlogFile> files;
    files.reserve(rows.row_count());
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        files.push_back({rows.text(i, 0), to_number(rows.text(i, 1))});
    }
    return files;
}

}  // namespace penstock::mysql
