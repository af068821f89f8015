// Part: a piece of a packet's payload, or of the event in it, where the receive buffers have it.
//
// What lies whole in one buffer is one part; what does not comes in several, in order and without
// being joined. The first one has the first_part_bytes_min bytes (limits.h) that a decision needs,
// unless the whole is shorter.
#pragma once

#include "base/bytes.h"

namespace penstock::capture {

struct Part {
    base::Bytes bytes;
    bool first = true;
    bool last = true;

    [[nodiscard]] bool is_whole() const { return first && last; }
};

}  // namespace penstock::capture
