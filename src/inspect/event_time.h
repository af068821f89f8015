// How events are named and dated where they are shown. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>

#include "binlog/event_type.h"

namespace penstock::inspect {

// "2026-11-22T17:00:00Z", of seconds since 1970.
void append_time(std::string& out, std::uint32_t timestamp);
// "Write_rows", "Unknown_77".
void append_type_name(std::string& out, binlog::EventType type);

}  // namespace penstock::inspect
