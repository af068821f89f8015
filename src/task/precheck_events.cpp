// Precheck: the scheduled events of the selected databases: can they be read, will their time
// zones exist on the destination, and do the two schedulers run.
#include <fmt/format.h>
#include <set>

#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {
namespace {

struct HeldEvent {
    std::string name;
    std::string time_zone;
    std::string status;
    bool body_visible = false;
};

std::optional<std::vector<HeldEvent>> read_events(PrecheckContext& context) {
    const auto rows = context.source().query(
        context.findings, "events",
        fmt::format("SELECT CONCAT(EVENT_SCHEMA, '.', EVENT_NAME), TIME_ZONE, STATUS,"
                    " COALESCE(LENGTH(EVENT_DEFINITION), 0) > 0 FROM information_schema.EVENTS"
                    " WHERE EVENT_SCHEMA IN ({}) ORDER BY 1",
                    context.database_list()));
    if (!rows) return std::nullopt;
    std::vector<HeldEvent> events;
    for (std::size_t i = 0; i < rows->row_count(); ++i) {
        events.push_back(
            {rows->text(i, 0), rows->text(i, 1), rows->text(i, 2), rows->text(i, 3) == "1"});
    }
    return events;
}

void check_bodies(PrecheckContext& context, const std::vector<HeldEvent>& events) {
    std::vector<std::string> hidden;
    std::size_t enabled = 0;
    for (const HeldEvent& event : events) {
        if (!event.body_visible) hidden.push_back(event.name);
        if (event.status == "ENABLED") ++enabled;
    }
    if (!hidden.empty()) {
        context.findings.fail(
            "source.events", error_rights_missing,
            fmt::format("the bodies of events can't be read: {}", name_some(hidden)),
            "grant EVENT on their databases, see source.rights");
        return;
    }
    context.findings.pass(
        "source.events",
        fmt::format("{} events, {} of them enabled: held until lag zero", events.size(), enabled));
}

void check_system_zone(PrecheckContext& context, const std::vector<HeldEvent>& events) {
    std::vector<std::string> names;
    for (const HeldEvent& event : events) {
        if (event.time_zone == "SYSTEM") names.push_back(event.name);
    }
    if (names.empty()) return;
    const std::string source = context.source().variable("system_time_zone");
    const std::string destination = context.destination.variable("system_time_zone");
    if (source == destination) {
        context.findings.pass("destination.system_time_zone",
                              fmt::format("SYSTEM is {} on both servers", source));
        return;
    }
    context.findings.warn(
        "destination.system_time_zone",
        fmt::format("events in the SYSTEM time zone would shift: it is {} on the source, {} on the "
                    "destination: {}",
                    source, destination, name_some(names)),
        "give the destination's host the source's time zone, or the events a named one");
}

void check_named_zones(PrecheckContext& context, const std::vector<HeldEvent>& events) {
    std::set<std::string> zones;
    for (const HeldEvent& event : events) {
        if (event.time_zone != "SYSTEM") zones.insert(event.time_zone);
    }
    std::vector<std::string> missing;
    for (const std::string& zone : zones) {
        const auto there = context.destination.connection.query_value(
            fmt::format("SELECT CONVERT_TZ('2000-01-01 00:00:00', '+00:00', {})",
                        mysql::Connection::quote(zone)));
        if (!there || !*there) missing.push_back(zone);
    }
    if (missing.empty()) {
        context.findings.pass("destination.time_zones",
                              fmt::format("{} named time zones of events are known", zones.size()));
        return;
    }
    context.findings.warn(
        "destination.time_zones",
        fmt::format("the destination does not know the events' time zones: {}", name_some(missing)),
        "mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql, before the events "
        "are migrated");
}

void check_schedulers(PrecheckContext& context) {
    const std::string source = context.source().variable("event_scheduler");
    const std::string destination = context.destination.variable("event_scheduler");
    if (source == "ON") {
        context.findings.pass("source.event_scheduler", "event_scheduler is ON");
    } else {
        context.findings.warn("source.event_scheduler",
                              fmt::format("event_scheduler is {} on the source: its events do not "
                                          "run today, and would on the destination",
                                          source),
                              "decide whether they are meant to run after the migration");
    }
    if (destination == "ON") {
        context.findings.pass("destination.event_scheduler", "event_scheduler is ON");
    } else {
        context.findings.warn("destination.event_scheduler",
                              fmt::format("event_scheduler is {} on the destination: migrated "
                                          "events will not run there",
                                          destination),
                              destination == "DISABLED"
                                  ? "set event_scheduler = ON in its configuration and restart it"
                                  : "SET PERSIST event_scheduler = ON; when the events shall run");
    }
}

void check_marker(PrecheckContext& context) {
    if (!context.source().on("super_read_only")) return;
    context.findings.warn("source.super_read_only",
                          "the source is super_read_only: the marker that proves lag zero can't be "
                          "written, so the events can't be migrated",
                          "SET GLOBAL super_read_only = OFF; for that moment");
}

}  // namespace

void check_scheduled_events(PrecheckContext& context) {
    if (!context.source_visible) return;
    const auto events = read_events(context);
    if (!events) return;
    if (!context.spec.migrate_events) {
        context.findings.pass(
            "source.events",
            fmt::format("{} events stay on the source (migrate_events = false)", events->size()));
        return;
    }
    check_bodies(context, *events);
    check_system_zone(context, *events);
    check_named_zones(context, *events);
    check_schedulers(context);
    if (context.spec.modules.incremental) check_marker(context);
}

}  // namespace penstock::task
