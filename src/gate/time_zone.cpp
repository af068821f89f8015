#include "gate/time_zone.h"

#include <fmt/format.h>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

#include "base/text.h"
#include "gate/errors.h"

namespace penstock::gate {
namespace {

std::string literal(std::string_view text) {
    return mysql::Connection::quote(text);
}

// Offsets from UTC in minutes, comma separated; nullopt: the server doesn't know the zone.
Result<std::optional<std::string>> offsets(mysql::Connection& connection, std::string_view zone,
                                           std::string_view from_date) {
    constexpr int weeks = 160;  // 900 characters at most, below group_concat_max_len
    return connection.query_value(fmt::format(
        "WITH RECURSIVE week (n, t) AS (SELECT 0, CAST({0} AS DATETIME) - INTERVAL 30 DAY "
        "UNION ALL SELECT n + 1, t + INTERVAL 7 DAY FROM week WHERE n < {1}) "
        "SELECT IF(COUNT(CONVERT_TZ(t, '+00:00', {2})) = COUNT(*), "
        "GROUP_CONCAT(TIMESTAMPDIFF(MINUTE, t, CONVERT_TZ(t, '+00:00', {2})) ORDER BY n), NULL) "
        "FROM week",
        literal(from_date), weeks, literal(zone)));
}

}  // namespace

std::string constant_offset(std::string_view offsets) {
    const std::vector<std::string_view> parts = base::split(offsets, ',');
    for (const std::string_view part : parts) {
        if (part != parts.front()) return {};
    }
    int minutes = 0;
    const std::string_view first = parts.front();
    const auto read = std::from_chars(first.data(), first.data() + first.size(), minutes);
    if (read.ec != std::errc{} || read.ptr != first.data() + first.size()) return {};
    const int size = std::abs(minutes);
    return fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

Result<std::string> zone_on_destination(mysql::Connection& source, mysql::Connection& destination,
                                        const std::string& zone) {
    PENSTOCK_ASSIGN(const std::optional<std::string> today,
                    source.query_value("SELECT CAST(UTC_DATE() AS CHAR)"));
    const std::string from_date = today.value_or("2026-01-01");
    PENSTOCK_ASSIGN(const std::optional<std::string> wanted, offsets(source, zone, from_date));
    if (!wanted) {
        return fail(ErrorKind::definite, error_time_zone,
                    fmt::format("the source itself has lost the time zone {}", zone),
                    "Load the time zone tables on the source");
    }
    std::vector<std::string> candidates{zone};
    if (zone == "SYSTEM") {
        if (std::string offset = constant_offset(*wanted); !offset.empty()) {
            candidates.push_back(std::move(offset));
        }
        PENSTOCK_ASSIGN(std::optional<std::string> name,
                        source.query_value("SELECT @@GLOBAL.system_time_zone"));
        if (name) candidates.push_back(std::move(*name));
    }
    for (const std::string& candidate : candidates) {
        PENSTOCK_ASSIGN(const std::optional<std::string> found,
                        offsets(destination, candidate, from_date));
        if (found == wanted) return candidate;
    }
    if (zone == "SYSTEM") {
        return fail(ErrorKind::definite, error_time_zone,
                    "SYSTEM is another time zone on the destination than on the source, and the "
                    "source's has no name there",
                    "Give the destination's system the source's zone, or ALTER the events on the "
                    "source in a session with a named time_zone");
    }
    return fail(
        ErrorKind::definite, error_time_zone,
        fmt::format("time zone {} is unknown on the destination, or has other offsets there", zone),
        "Load the source's edition of the time zone tables with mysql_tzinfo_to_sql");
}

Result<LocalTime> local_now(mysql::Connection& connection, std::string_view zone) {
    PENSTOCK_ASSIGN(
        const std::optional<std::string> text,
        connection.query_value(fmt::format(
            "SELECT CAST(CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', {}) AS CHAR)", literal(zone))));
    const std::optional<LocalTime> now = text ? parse_local_time(*text) : std::nullopt;
    if (!now) {
        return fail(
            ErrorKind::definite, error_time_zone,
            fmt::format("{} doesn't know the time zone {}", connection.endpoint().describe(), zone),
            "Load the time zone tables with mysql_tzinfo_to_sql");
    }
    return *now;
}

}  // namespace penstock::gate
