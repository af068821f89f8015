// RelayLog: the folder of a task's relay log: who owns it, which segments it has, and up to where
// it is durable. Writer appends to it, Readers follow it, all in one process.
//
// A segment is byte for byte the source's binlog file and carries its name; mysqlbinlog reads it.
// Beside the segments lie "relay.meta" (see identity.h) and "relay.lock", which is flock'ed while
// the folder is open. What is published here is durable: a whole number of events, written and
// fdatasync'ed. Opening recovers: the last segment is walked to its last whole event with a valid
// checksum and what follows is cut off; earlier segments were complete before the next was begun.
//
// Any thread. Must outlive its Writer and Readers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/result.h"
#include "relay/file.h"
#include "relay/identity.h"
#include "relay/position.h"

namespace penstock::relay {

struct RelayOptions {
    std::string directory;  // created if missing
    Identity identity;
};

class RelayLog {
public:
    [[nodiscard]] static Result<std::unique_ptr<RelayLog>> open(const RelayOptions& options);
    RelayLog(const RelayLog&) = delete;
    RelayLog& operator=(const RelayLog&) = delete;

    // Where the next event will be; empty() when nothing was ever captured.
    [[nodiscard]] Position durable_end() const;
    // Names of the segments, oldest first.
    [[nodiscard]] std::vector<std::string> segments() const;
    // Bytes from `from` to the durable end: what a reader standing there has still to read.
    [[nodiscard]] std::uint64_t bytes_after(const Position& from) const;
    // Removes the segments before `file`. Readers inside them may finish reading them.
    Result<void> remove_before(const std::string& file);

    [[nodiscard]] const std::string& directory() const { return directory_; }
    [[nodiscard]] const Identity& identity() const { return identity_; }
    [[nodiscard]] std::string path(const std::string& file) const {
        return directory_ + "/" + file;
    }

    // For Writer: a new last segment, durable up to its four magic bytes.
    void publish_segment(const std::string& file);
    // For Writer: the last segment is durable up to `offset`.
    void publish(std::uint64_t offset);

    // For Reader: how far a segment may be read now.
    struct Extent {
        enum class State : std::uint8_t {
            awaited,   // newer than all segments: not captured yet
            growing,   // the last segment, durable up to `durable_offset`
            complete,  // to be read to its end, and then on in `next`
            missing,   // older than all segments, or between them
        };
        State state = State::missing;
        std::uint64_t durable_offset = 0;
        std::string next;
    };
    [[nodiscard]] Extent extent(const std::string& file) const;
    // For Reader: waits until extent(file) has changed from "awaited", or from "growing" with no
    // more than `offset` durable. False: stopped.
    [[nodiscard]] bool wait_beyond(const std::string& file, std::uint64_t offset,
                                   const std::stop_token& stop) const;

private:
    RelayLog(const RelayOptions& options, File lock);
    [[nodiscard]] Result<void> recover();
    [[nodiscard]] Extent extent_locked(const std::string& file) const;

    const std::string directory_;
    const Identity identity_;
    const File lock_;

    mutable std::mutex mutex_;
    mutable std::condition_variable_any grown_;
    // Guarded by mutex_.
    std::vector<std::string> segments_;
    std::uint64_t durable_offset_ = 0;  // in the last segment
};

}  // namespace penstock::relay
