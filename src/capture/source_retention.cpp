#include "capture/source_retention.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/quantity.h"
#include "capture/limits.h"
#include "mysql/binlog_status.h"

namespace penstock::capture {
namespace {

using std::chrono::seconds;

constexpr double seconds_a_day = 86'400;

double number(const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Zero: the source doesn't purge by age.
Result<seconds> retention_period(mysql::Connection& source) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    source.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN "
                                 "('binlog_expire_logs_seconds', 'binlog_expire_logs_auto_purge', "
                                 "'expire_logs_days')"));
    double period = 0;
    double days = 0;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        const std::string name = rows.text(i, 0);
        const std::string value = rows.text(i, 1);
        if (name == "binlog_expire_logs_seconds") period = number(value);
        if (name == "expire_logs_days") days = number(value);
        if (name == "binlog_expire_logs_auto_purge" && value == "OFF") return seconds(0);
    }
    if (period == 0) period = days * seconds_a_day;
    return seconds(static_cast<std::int64_t>(period));
}

}  // namespace

bool SourceRetention::is_pressing() const {
    if (state == State::gone) return true;
    return state == State::expires && left <= std::max(retention_pressing_min, period / 10);
}

std::string SourceRetention::to_string() const {
    switch (state) {
        case State::current:
            return fmt::format("the source is still writing {}", file);
        case State::kept:
            return fmt::format("the source keeps {}, as far as is known", file);
        case State::expires:
            if (left.count() == 0) return fmt::format("the source may purge {} at any time", file);
            return fmt::format("the source keeps {} for at least {}", file,
                               base::format_duration(left));
        case State::gone:
            return fmt::format("the source has purged {}", file);
    }
    return {};
}

Result<SourceRetention> look_at_retention(mysql::Connection& source, const std::string& file,
                                          std::uint32_t last_event_timestamp) {
    PENSTOCK_ASSIGN(const auto files, mysql::binlog_files(source));
    SourceRetention retention;
    retention.file = file;
    const bool there =
        std::ranges::any_of(files, [&](const mysql::BinlogFile& f) { return f.name == file; });
    if (!there) {
        retention.state = SourceRetention::State::gone;
        return retention;
    }
    if (files.back().name == file) {
        retention.state = SourceRetention::State::current;
        return retention;
    }
    PENSTOCK_ASSIGN(retention.period, retention_period(source));
    if (retention.period.count() == 0 || last_event_timestamp == 0) return retention;
    PENSTOCK_ASSIGN(const auto now, source.query_value("SELECT UNIX_TIMESTAMP()"));
    const seconds age(static_cast<std::int64_t>(number(now.value_or("0"))) -
                      static_cast<std::int64_t>(last_event_timestamp));
    retention.state = SourceRetention::State::expires;
    retention.left = std::clamp(retention.period - age, seconds(0), retention.period);
    return retention;
}

}  // namespace penstock::capture
