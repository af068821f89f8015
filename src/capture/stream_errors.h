// What the packets of a dump stream that carry no event mean. Pure.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::capture {

// Whether an event follows the first byte of a payload that begins so.
[[nodiscard]] bool begins_event(base::Bytes payload);
// The Error that another payload stands for. `source` names the server.
[[nodiscard]] Error error_of_payload(base::Bytes payload, std::string_view source);

}  // namespace penstock::capture
