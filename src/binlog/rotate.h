// ROTATE: the stream goes on in another file. Pure, any thread.
#pragma once

#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

struct RotateEvent {
    std::uint64_t position = 4;  // where reading goes on in that file
    std::string_view file;       // borrowed
};

[[nodiscard]] Result<RotateEvent> parse_rotate(const EventView& event);

}  // namespace penstock::binlog
