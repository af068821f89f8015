// EventSource: a binlog file's events, one after the other, in memory bounded by the largest event.
//
// One thread. An event is a view into the source's buffer, valid until next() is called again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "binlog/event_reader.h"
#include "inspect/byte_input.h"
#include "penstock/result.h"

namespace penstock::inspect {

class EventSource {
public:
    explicit EventSource(ByteInput input);

    // nullopt after the last event. Errors name the file. error_truncated: the file ends inside of
    // an event; every whole event was given before.
    [[nodiscard]] Result<std::optional<binlog::EventView>> next();

    [[nodiscard]] const std::string& name() const { return input_.name(); }
    // Of the last FORMAT_DESCRIPTION; nullopt before the first event.
    [[nodiscard]] const std::optional<binlog::FormatDescription>& format() const {
        return reader_.format();
    }
    // Where the next event starts, in bytes of the expanded file.
    [[nodiscard]] std::uint64_t offset() const { return reader_.offset(); }

private:
    [[nodiscard]] Result<bool> fill();

    ByteInput input_;
    std::vector<char> buffer_;
    std::size_t filled_ = 0;
    binlog::EventReader reader_;
    bool ended_ = false;
};

}  // namespace penstock::inspect
