#include "task/former_owner.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <string>

#include "base/log.h"

namespace penstock::task {

Result<void> end_former_connections(mysql::Connection& destination, std::string_view task,
                                    const std::vector<std::uint64_t>& ours) {
    // Everybody may read this table: it shows the connections of the own account.
    PENSTOCK_ASSIGN(
        const mysql::ResultSet rows,
        destination.query(fmt::format(
            "SELECT PROCESSLIST_ID FROM performance_schema.session_account_connect_attrs"
            " WHERE ATTR_NAME='penstock_task' AND ATTR_VALUE={}",
            mysql::Connection::quote(task))));
    for (std::size_t row = 0; row < rows.row_count(); ++row) {
        const std::string text = rows.text(row, 0);
        std::uint64_t id = 0;
        std::from_chars(text.data(), text.data() + text.size(), id);
        if (id == 0 || std::find(ours.begin(), ours.end(), id) != ours.end()) continue;
        base::log_warning("task", "ending connection {} of an earlier owner on {}", id,
                          destination.endpoint().describe());
        const auto killed = destination.execute(fmt::format("KILL {}", id));
        constexpr unsigned er_no_such_thread = 1094;
        if (!killed && destination.last_error_number() != er_no_such_thread) {
            return tl::unexpected<Error>(killed.error());
        }
    }
    return {};
}

}  // namespace penstock::task
