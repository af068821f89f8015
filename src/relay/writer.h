// Writer: appends whole events to the relay log's last segment and publishes them once durable.
//
// Events are copied once, into a chunk of memory that stays a while for Readers (recent_bytes.h).
// While a part of it is being written and fdatasync'ed, what follows is filled, so a group is
// whatever has arrived meanwhile: one event when the source is slow, megabytes when it is fast. A
// failed write makes the Writer useless: open another one.
//
// A large group is written past the page cache, as the copy into fresh pages of it costs more than
// all the rest of capture: whole blocks only, so what follows the last whole one is left to the
// next group, and the first one may write durable bytes again, the same ones. Small groups, and
// all of them where the file system can't, go through the cache.
//
// One thread, that of the FileWriter. One Writer per RelayLog.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "penstock/result.h"
#include "relay/file.h"
#include "relay/relay_log.h"
#include "uring/file_writer.h"

namespace penstock::relay {

class Writer {
public:
    // Continues the last segment at the durable end; what lies behind it is cut off.
    [[nodiscard]] static Result<std::unique_ptr<Writer>> open(RelayLog& log,
                                                              uring::FileWriter& file_writer);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Finishes the current segment and begins the next one with the binlog magic. The name's number
    // must be the current one's plus one; the first segment of a relay log may have any.
    [[nodiscard]] Result<void> start_segment(const std::string& file);
    // An event, or a part of one: then `ends_event` tells of the last part that the event is whole,
    // and its checksum verified by the caller. Waits for the disk when a chunk is full before the
    // last group is written.
    [[nodiscard]] Result<void> append(base::Bytes bytes, bool ends_event = true);
    // Starts making durable what was appended (whole events are what counts), unless a group is on
    // its way already: then the next group starts by itself when that one is done.
    [[nodiscard]] Result<void> flush_soon();
    // Waits until everything appended is durable and published.
    [[nodiscard]] Result<void> flush();

    // Where the next event goes: includes what is not durable yet.
    [[nodiscard]] Position end() const { return {file_, end_}; }
    [[nodiscard]] std::uint64_t end_offset() const { return end_; }

private:
    Writer(RelayLog& log, uring::FileWriter& file_writer);
    [[nodiscard]] Result<void> go_to_durable_end();
    [[nodiscard]] Result<void> use_segment(File segment);
    [[nodiscard]] Result<void> begin_chunk();
    void note_event_end();
    [[nodiscard]] Result<void> check_next_name(const std::string& file) const;
    [[nodiscard]] Result<void> check_usable() const;
    void start_group();
    [[nodiscard]] std::uint64_t last_event_end_before(std::uint64_t offset) const;
    void group_done(const Result<void>& outcome);

    RelayLog& log_;
    uring::FileWriter& file_writer_;
    File segment_;
    File direct_;  // the same file past the page cache; not open where that is not possible
    std::string file_;
    std::uint64_t end_ = 0;
    std::shared_ptr<Chunk> chunk_;  // being filled; null before the first byte
    std::uint64_t started_ = 0;     // up to where writing was begun; the rest is all in chunk_
    std::uint64_t event_end_ = 0;   // after the last whole event
    // After the last one that ends at or before the block begins in which event_end_ lies.
    std::uint64_t event_end_of_blocks_ = 0;
    std::shared_ptr<Chunk> flying_;
    std::uint64_t flying_event_end_ = 0;  // what may be published when the group on its way is done
    std::uint64_t flying_bytes_ = 0;  // of it, those that no group has written before
    std::chrono::steady_clock::time_point flying_since_;
    std::optional<Error> failure_;
};

}  // namespace penstock::relay
