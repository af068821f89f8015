#include "mysql/pipeline.h"

#include <fmt/format.h>
#include <mysql.h>
#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/log.h"

namespace penstock::mysql {
namespace {

#ifdef MARIADB_BASE_VERSION
constexpr std::size_t library_depth_max = pipeline_depth_max;
#else
constexpr std::size_t library_depth_max = 1;
#endif
constexpr std::size_t shown_from_max = 256;  // bytes of a statement that are looked at for messages

MYSQL* library_session(const Connection& connection) {
    return static_cast<MYSQL*>(connection.handle());
}

PipelineLimits within(PipelineLimits limits) {
    PENSTOCK_ASSERT(limits.depth >= 1 && limits.depth <= pipeline_depth_max);
    limits.depth = std::min(limits.depth, library_depth_max);
    return limits;
}

// Three statements at once, with answers that can be told apart.
Result<bool> answers_in_order(const Connection& connection) {
    MYSQL* const handle = library_session(connection);
    const auto lost = [&] {
        return tl::unexpected<Error>(
            classify(mysql_errno(handle), mysql_error(handle), connection.endpoint().describe()));
    };
    constexpr std::array<std::string_view, 3> trials{"SELECT 1", "SELECT 2", "SELECT 3"};
    for (const std::string_view trial : trials) {
        if (mysql_send_query(handle, trial.data(), trial.size()) != 0) return lost();
    }
    bool in_order = true;
    for (const std::string_view trial : trials) {
        if (mysql_read_query_result(handle) != 0) return lost();
        MYSQL_RES* const rows = mysql_store_result(handle);
        if (rows == nullptr) return lost();
        const MYSQL_ROW row = mysql_fetch_row(rows);
        in_order &= row != nullptr && row[0] != nullptr && trial.ends_with(row[0]);
        mysql_free_result(rows);
    }
    return in_order;
}

}  // namespace

Pipeline::Pipeline(Connection& connection, PipelineLimits limits)
    : connection_(connection), limits_(within(limits)) {}

bool Pipeline::accepts(std::size_t statement_bytes) const {
    if (in_flight_.empty()) return true;
    return in_flight_.size() < limits_.depth && bytes_in_flight_ + statement_bytes <= limits_.bytes;
}

Result<void> Pipeline::send(std::string_view statement) {
    PENSTOCK_ASSERT(accepts(statement.size()));
    std::string shown = presentable(statement.substr(0, shown_from_max));
    if (mysql_send_query(library_session(connection_), statement.data(),
                         static_cast<unsigned long>(statement.size())) != 0) {
        return tl::unexpected<Error>(last_error(shown));
    }
    bytes_in_flight_ += statement.size();
    in_flight_.push_back({std::move(shown), statement.size()});
    return {};
}

Result<std::uint64_t> Pipeline::receive() {
    PENSTOCK_ASSERT(!in_flight_.empty());
    const Sent oldest = std::move(in_flight_.front());
    in_flight_.pop_front();
    bytes_in_flight_ -= oldest.bytes;
    MYSQL* const handle = library_session(connection_);
    if (mysql_read_query_result(handle) != 0) {
        return tl::unexpected<Error>(last_error(oldest.shown));
    }
    if (mysql_field_count(handle) == 0) return mysql_affected_rows(handle);
    if (MYSQL_RES* rows = mysql_store_result(handle)) mysql_free_result(rows);
    return fail(ErrorKind::definite, error_pipeline,
                fmt::format("{}: a statement in a pipeline returned rows: {}",
                            connection_.endpoint().describe(), oldest.shown));
}

Error Pipeline::last_error(const std::string& shown) const {
    MYSQL* const handle = library_session(connection_);
    return classify(mysql_errno(handle), mysql_error(handle),
                    fmt::format("{}: {}", connection_.endpoint().describe(), shown));
}

Result<std::size_t> probe_pipeline_depth(const Endpoint& endpoint, std::size_t wanted) {
    const std::size_t depth = std::clamp<std::size_t>(wanted, 1, library_depth_max);
    if (depth == 1) return depth;
    SessionOptions options;
    options.network_timeout = pipeline_probe_timeout;
    PENSTOCK_ASSIGN(Connection connection, Connection::open(endpoint, options));
    const Result<bool> good = answers_in_order(connection);
    if (good && *good) return depth;
    base::log_warning("mysql", "{}: statements are sent one at a time, because several at once {}",
                      endpoint.describe(),
                      good ? "were answered in another order" : "failed: " + good.error().text);
    return std::size_t{1};
}

}  // namespace penstock::mysql
