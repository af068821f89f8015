// What the packets of a dump stream that carry no event mean. Pure.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::capture {

// The event in a packet, or the Error that the packet stands for. `source` names the server.
[[nodiscard]] Result<base::Bytes> event_of_packet(base::Bytes payload, std::string_view source);

}  // namespace penstock::capture
