// Reader: the relay log as a sequence of whole events, from a position on, across segments, waiting
// at the durable end for more. What the Writer still has in memory is shown from there, the rest is
// read from the segment's file.
//
// One thread per Reader; any number of Readers. An event's view is valid until the next call.
// Events come as they lie in the file, checksum included and not verified again (capture did;
// binlog::checked_payload does). Headers are checked: size, and that the header's end position, if
// it has one, agrees with where the event lies; a contradiction is error_relay_corrupt with the
// place.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "penstock/result.h"
#include "relay/relay_log.h"
#include "relay/segment_window.h"

namespace penstock::relay {

struct RelayEvent {
    base::Bytes bytes;        // header, body and checksum
    std::string_view file;    // valid as long as `bytes`
    std::uint64_t start = 0;  // offset of the first byte
    std::uint64_t end = 0;    // offset after the last byte
};

class Reader {
public:
    explicit Reader(const RelayLog& log);
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Goes to the start of an event; offset 0 means the segment's first event. A segment that is
    // not captured yet is waited for by next(). error_no_such_position if the segment is gone or
    // the offset is beyond what is durable. As long as it is open, the segment it is in and those
    // after it are not purged.
    [[nodiscard]] Result<void> open(const Position& position);

    // The next event; waits for it. Error of kind cancelled when `stop` is triggered.
    [[nodiscard]] Result<RelayEvent> next(const std::stop_token& stop);
    // The next event if it is durable now, else nullopt.
    [[nodiscard]] Result<std::optional<RelayEvent>> try_next();

    // Where the next event begins. At a segment's end this stays there until the next one is read.
    [[nodiscard]] Position position() const { return {file_, offset_}; }
    // The format description event of the current segment, also after open() in its middle: the
    // whole event, as it lies in the file. Empty where the segment has none yet.
    [[nodiscard]] base::Bytes format_description() const { return base::as_bytes(format_); }

private:
    [[nodiscard]] Result<bool> find_more();
    [[nodiscard]] Result<base::Bytes> event_at(std::uint64_t offset);
    [[nodiscard]] Result<base::Bytes> view(std::uint64_t offset, std::size_t size);
    [[nodiscard]] std::optional<base::Bytes> view_in_memory(std::uint64_t offset, std::size_t size);
    [[nodiscard]] Result<void> keep_format(base::Bytes event);
    [[nodiscard]] Error corrupt(std::uint64_t offset, std::string_view why) const;

    const RelayLog& log_;
    RelayLog::Pin pin_;  // holds file_
    std::string file_;
    std::uint64_t offset_ = 0;              // of the next event
    std::uint64_t limit_ = 0;               // bytes of the segment that may be read, as last asked
    RecentBytes::Found recent_;             // up to limit_ as it was when this was found
    std::string joined_;                    // what lies across chunks
    std::optional<SegmentWindow> segment_;  // nullopt until something is read from the file
    bool from_memory_ = false;              // where the last view came from
    std::string format_;
    binlog::Flavour flavour_ = binlog::Flavour::mysql;  // as format_ says
};

}  // namespace penstock::relay
