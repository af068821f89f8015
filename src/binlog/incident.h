// INCIDENT: the source knows that its binlog lacks something.
//
// Layout: u16 number, u8 length and text of a message.
// Source: mysql-9.7 libs/mysql/binlog/event/control_events.{h,cpp}. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

inline constexpr std::uint16_t incident_lost_events = 1;  // the only one there is

struct IncidentEvent {
    std::uint16_t incident = incident_lost_events;
    std::string_view message;  // borrowed
};

[[nodiscard]] Result<IncidentEvent> parse_incident(const EventView& event);

}  // namespace penstock::binlog
