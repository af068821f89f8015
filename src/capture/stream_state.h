// StreamState: what to do with each event of a dump stream, so that the relay log becomes byte for
// byte the source's files. Pure, fed one event at a time.
//
//   stream  := announcement file*
//   file    := format event* announcement           the file's events, each ending where it says
//   announcement := ROTATE made up by the source     names the file that follows; not in any file
//   format  := FORMAT_DESCRIPTION                    in the file; when the stream begins inside a
//                                                    file, a made-up copy of it, not to be written
// Heartbeats and other made-up events may come anywhere and are in no file. Every event of the
// file is verified: its checksum, and that it ends where its header says, if that says it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "binlog/checksum.h"
#include "binlog/event_header.h"
#include "penstock/result.h"
#include "relay/position.h"

namespace penstock::capture {

enum class StreamAction : std::uint8_t {
    ignore,     // not part of a file
    append,     // the next event of the current file
    next_file,  // go on in `file`
};

struct StreamStep {
    StreamAction action = StreamAction::ignore;
    std::string_view file;        // where the action is next_file; borrowed from the event
    std::uint32_t timestamp = 0;  // of the event
};

class StreamState {
public:
    // `from`: where the relay log ends; a file only if it has one. `format_timestamp`: of the
    // FORMAT_DESCRIPTION event we hold of that file, by which a reset source is recognised.
    StreamState(relay::Position from, std::optional<std::uint32_t> format_timestamp);

    [[nodiscard]] Result<StreamStep> take(base::Bytes event);

    [[nodiscard]] const relay::Position& position() const { return position_; }

private:
    [[nodiscard]] Result<StreamStep> take_announcement(base::Bytes event);
    [[nodiscard]] Result<StreamStep> take_format(base::Bytes event,
                                                 const binlog::EventHeader& header);
    [[nodiscard]] Result<StreamStep> take_event_of_file(base::Bytes event,
                                                        const binlog::EventHeader& header);
    [[nodiscard]] Result<StreamStep> advance(const binlog::EventHeader& header);
    [[nodiscard]] tl::unexpected<Error> corrupt(const std::string& why) const;

    relay::Position position_;
    std::optional<std::uint32_t> held_format_timestamp_;
    bool format_seen_ = false;  // in this stream, of this file
    binlog::ChecksumAlgorithm checksum_ = binlog::ChecksumAlgorithm::none;
    binlog::Flavour flavour_ = binlog::Flavour::mysql;
};

}  // namespace penstock::capture
