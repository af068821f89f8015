// How events are named and dated where they are shown. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "binlog/event_type.h"

namespace penstock::inspect {

// "2026-11-22T17:00:00Z", of seconds since 1970. Many events have the time of the one before.
class TimeText {
public:
    [[nodiscard]] const std::string& of(std::uint32_t timestamp);

private:
    std::uint32_t timestamp_ = 0;
    std::string text_;
};
// "Write_rows", "Unknown_77".
void append_type_name(std::string& out, binlog::EventType type);

}  // namespace penstock::inspect
