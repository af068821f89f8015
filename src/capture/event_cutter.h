// EventCutter: the events of a binlog file, behind its magic, out of the pieces it is read in. What
// lies across pieces comes in parts (part.h), the first one with the whole header. Pure, one thread
// at a time.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/bytes.h"
#include "binlog/event_header.h"
#include "capture/part.h"
#include "penstock/result.h"

namespace penstock::capture {

class EventCutter {
public:
    // The next piece of the file, borrowed until next() has answered nullopt, which must have
    // happened to the piece before.
    void feed(base::Bytes piece);
    // The next part, valid until the next call; nullopt: feed more. An Error of kind corrupt: what
    // follows is no event.
    [[nodiscard]] Result<std::optional<Part>> next();
    [[nodiscard]] bool has_bytes() const { return !piece_.empty(); }
    // Whether what was fed ends inside an event.
    [[nodiscard]] bool is_inside() const { return rest_ > 0 || head_filled_ > 0; }

private:
    [[nodiscard]] Result<void> begin(const std::uint8_t* header);
    [[nodiscard]] base::Bytes take(std::size_t size);

    base::Bytes piece_;
    std::array<std::uint8_t, binlog::event_header_bytes> head_{};
    std::size_t head_filled_ = 0;
    std::size_t rest_ = 0;  // bytes of the event still to come
};

}  // namespace penstock::capture
