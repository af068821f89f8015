// StreamState: what to do with each event of a dump stream, so that the relay log becomes byte for
// byte the source's files. Pure, fed one event at a time.
//
//   stream  := announcement file*
//   file    := format event* announcement           the file's events, each ending where it says
//   announcement := ROTATE made up by the source     names the file that follows; not in any file
//   format  := FORMAT_DESCRIPTION                    in the file; when the stream begins inside a
//                                                    file, a made-up copy of it, not to be written
// Heartbeats and other made-up events may come anywhere and are in no file. Every event of the
// file is verified: its checksum, and that it ends where its header says, if that says it. Events
// may come in parts (part.h); what the stream makes up is joined then, what is of the file is not:
// the checksum is added up, and only the last part tells whether the event is sound.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "binlog/checksum.h"
#include "binlog/event_header.h"
#include "capture/part.h"
#include "penstock/result.h"
#include "relay/position.h"

namespace penstock::capture {

enum class StreamAction : std::uint8_t {
    ignore,     // not part of a file
    append,     // the next event, or part of one, of the current file
    next_file,  // go on in `file`
};

struct StreamStep {
    StreamAction action = StreamAction::ignore;
    std::string_view file;          // where the action is next_file
    Part part = {};                 // where it is append: what to append
    std::uint64_t event_bytes = 0;  // all parts of it
    std::uint32_t timestamp = 0;    // of the event, with its last part
};

class StreamState {
public:
    // `from`: where the relay log ends; a file only if it has one. `format_timestamp`: of the
    // FORMAT_DESCRIPTION event we hold of that file, by which a reset source is recognised.
    StreamState(relay::Position from, std::optional<std::uint32_t> format_timestamp);

    // What is returned is valid as long as `part`, and until the next call. An error with the last
    // part says that what was to be appended of the event is not sound.
    [[nodiscard]] Result<StreamStep> take(const Part& part);

    // For files that are read themselves, where nothing announces the next one.
    [[nodiscard]] StreamStep begin_file(std::string_view file);

    [[nodiscard]] const relay::Position& position() const { return position_; }

private:
    // Of an event that comes in parts:
    struct Parts {
        enum class Use : std::uint8_t { ignore, append, join };
        Use use = Use::ignore;
        binlog::EventHeader header;
        std::uint64_t received = 0;
        std::uint32_t sum = 0;
        std::string joined;
    };

    [[nodiscard]] Result<StreamStep> take_whole(base::Bytes event,
                                                const binlog::EventHeader& header);
    [[nodiscard]] Result<StreamStep> begin_parts(base::Bytes first,
                                                 const binlog::EventHeader& header);
    [[nodiscard]] Result<StreamStep> go_on(const Part& part);
    [[nodiscard]] Result<StreamStep> finish_parts(const Part& last);
    [[nodiscard]] Result<StreamStep> take_announcement(base::Bytes event);
    [[nodiscard]] Result<StreamStep> take_format(base::Bytes event,
                                                 const binlog::EventHeader& header);
    [[nodiscard]] Result<StreamStep> take_event_of_file(base::Bytes event,
                                                        const binlog::EventHeader& header);
    [[nodiscard]] Result<StreamStep> advance(const binlog::EventHeader& header, const Part& part);
    [[nodiscard]] tl::unexpected<Error> wrong_size(const binlog::EventHeader& header,
                                                   std::uint64_t received) const;
    [[nodiscard]] tl::unexpected<Error> corrupt(const std::string& why) const;

    relay::Position position_;
    std::optional<std::uint32_t> held_format_timestamp_;
    bool format_seen_ = false;  // in this stream, of this file
    binlog::ChecksumAlgorithm checksum_ = binlog::ChecksumAlgorithm::none;
    binlog::Flavour flavour_ = binlog::Flavour::mysql;
    Parts parts_;
};

}  // namespace penstock::capture
