// EventReader: cuts a binlog file's bytes into events, one after the other.
//
// It works on whatever part of a file is in memory: next() answers an event, nullopt ("there is no
// further whole event in these bytes": look at rest()), or an error. It knows the checksum
// algorithm from the FORMAT_DESCRIPTION events it passes; when starting inside of a file it must
// be told. Refused by name: encrypted files, files of MySQL 4.1 and before, and indexes of MariaDB.
// Pure, one thread; events are views of the given bytes.
#pragma once

#include <optional>

#include "binlog/event_view.h"
#include "binlog/format_description.h"

namespace penstock::binlog {

class EventReader {
public:
    // From the start of a file: the magic number, then FORMAT_DESCRIPTION.
    explicit EventReader(Bytes file_start) : bytes_(file_start) {}
    // From an event boundary at `offset`, 4 or more, in a file with that format.
    EventReader(Bytes bytes, std::uint64_t offset, FormatDescription format)
        : bytes_(bytes), offset_(offset), format_(std::move(format)) {}

    // Of all events but FORMAT_DESCRIPTION; `verify` unless said.
    void set_checksum_policy(ChecksumPolicy policy) { policy_ = policy; }

    [[nodiscard]] Result<std::optional<EventView>> next();

    // Goes on with other bytes: they must start where rest() started.
    void continue_with(Bytes bytes) { bytes_ = bytes; }

    // For the end of a file: an error that names the event that is cut short, if there is one. The
    // file of a running server may end so, too.
    [[nodiscard]] Result<void> finish() const;

    // What is not cut yet. At the end of a file: empty, or the file is truncated.
    [[nodiscard]] Bytes rest() const { return bytes_; }
    // Where rest() starts in the file.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    // How many bytes rest() must have for the next event, as far as that is known.
    [[nodiscard]] std::size_t bytes_wanted() const { return bytes_wanted_; }
    // Of the last FORMAT_DESCRIPTION passed.
    [[nodiscard]] const std::optional<FormatDescription>& format() const { return format_; }

private:
    [[nodiscard]] bool need(std::size_t bytes);
    void pass(std::size_t bytes);
    [[nodiscard]] Result<void> skip_magic();
    [[nodiscard]] Result<EventView> cut(const EventHeader& header, Bytes whole);
    [[nodiscard]] Result<std::optional<EventView>> next_with_care();

    Bytes bytes_;
    std::uint64_t offset_ = 0;
    ChecksumPolicy policy_ = ChecksumPolicy::verify;
    std::optional<FormatDescription> format_;
    std::size_t bytes_wanted_ = 0;
};

}  // namespace penstock::binlog
