#include "binlog/incident.h"

#include <fmt/core.h>

namespace penstock::binlog {

Result<IncidentEvent> parse_incident(const EventView& event) {
    base::ByteReader reader(event.body);
    IncidentEvent incident;
    incident.incident = reader.u16();
    incident.message = reader.text(reader.u8());
    if (!reader.ok()) return malformed(event, "truncated");
    if (incident.incident != incident_lost_events) {
        return malformed(event, fmt::format("incident {}", incident.incident));
    }
    return incident;
}

}  // namespace penstock::binlog
