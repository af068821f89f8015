// RelayLog: the folder of a task's relay log: who owns it, which segments it has, and up to where
// it is durable. Writer appends to it, Readers follow it, all in one process.
//
// A segment is byte for byte the source's binlog file and carries its name; mysqlbinlog reads it.
// Beside the segments lie "relay.meta" (see identity.h) and "relay.lock", which is flock'ed while
// the folder is open. What is published here is durable: a whole number of events, written and
// fdatasync'ed. Opening recovers: the last segment is walked to its last whole event with a valid
// checksum and what follows is cut off; earlier segments were complete before the next was begun.
//
// What is behind the applied position is removed by purge(), whole segments, oldest first and each
// removal durable before the next, so that a crash leaves no gap.
//
// Any thread. Must outlive its Writer and Readers.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time_histogram.h"
#include "base/wait_time.h"
#include "penstock/result.h"
#include "relay/file.h"
#include "relay/identity.h"
#include "relay/position.h"
#include "relay/recent_bytes.h"

namespace penstock::relay {

// How much is kept of what is applied already: for a destination that was set back, and to look at.
struct Retention {
    std::uint64_t keep_bytes = std::uint64_t{1} << 30;
    std::chrono::milliseconds keep_age = std::chrono::hours(24);  // since a segment's last byte
};

// What the relay log may take of the disk.
struct Budget {
    // Of all segments together. One source file must fit whatever its size: while there is no
    // second segment, whose purge could make room, this is not looked at.
    std::uint64_t bytes_max = unlimited;
    std::uint64_t free_bytes_min = 0;  // of the file system, left to others

    static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
};

// How many bytes may be appended.
struct Room {
    std::uint64_t by_budget = Budget::unlimited;
    std::uint64_t on_disk = Budget::unlimited;
    [[nodiscard]] std::uint64_t bytes() const { return std::min(by_budget, on_disk); }
};

struct RelayOptions {
    std::string directory;  // created if missing
    Identity identity;
    Retention retention = {};
    Budget budget = {};
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
    // Bytes of all segments.
    [[nodiscard]] std::uint64_t bytes() const;

    struct Purged {
        std::size_t segments = 0;
        std::uint64_t bytes = 0;
    };
    // Removes segments that `applied` has left behind until the rest of those is within the
    // retention and there is room ahead. The segment that `applied` is in, those that a Reader is
    // in or before, and the last one stay. An error is transient: what could not be removed is
    // still there, and in order.
    [[nodiscard]] Result<Purged> purge(const Position& applied);
    // What purge() has removed since the relay log was opened.
    [[nodiscard]] Purged purged() const;

    // Room beyond what is durable, as of now: others use the disk too.
    [[nodiscard]] Room room() const;
    // For capture: it waits for so many bytes of room, and purge() makes them if it can, whatever
    // the retention says. 0: it waits no longer.
    void want_room(std::uint64_t bytes) { room_wanted_.store(bytes); }
    [[nodiscard]] const Budget& budget() const { return budget_; }

    [[nodiscard]] const std::string& directory() const { return directory_; }
    [[nodiscard]] const Identity& identity() const { return identity_; }
    [[nodiscard]] std::string path(const std::string& file) const {
        return directory_ + "/" + file;
    }

    // For Writer: a new last segment, durable up to its four magic bytes.
    void publish_segment(const std::string& file);
    // For Writer: the last segment is durable up to `offset`.
    void publish(std::uint64_t offset);

    // What was appended last; for Writer, and for Readers up to what is durable.
    [[nodiscard]] RecentBytes& recent() { return recent_; }
    [[nodiscard]] const RecentBytes& recent() const { return recent_; }

    // Bytes of the events that Readers were given.
    struct Fed {
        std::atomic<std::uint64_t> from_memory{0};
        std::atomic<std::uint64_t> from_disk{0};
    };
    [[nodiscard]] Fed& fed() const { return fed_; }

    // What the Writer has made durable, a group by one write and fdatasync each, and how long its
    // thread has waited for the disk.
    struct Written {
        std::atomic<std::uint64_t> groups{0};
        std::atomic<std::uint64_t> bytes{0};
        base::TimeHistogram times;  // of a group, from its write to durable
        base::WaitTime awaited;
    };
    [[nodiscard]] Written& written() { return written_; }
    [[nodiscard]] const Written& written() const { return written_; }

    // For Reader: keeps a segment and all later ones from being removed. One thread.
    class Pin {
    public:
        explicit Pin(const RelayLog& log);
        ~Pin();
        Pin(const Pin&) = delete;
        Pin& operator=(const Pin&) = delete;
        void hold(const std::string& file);
        void drop() { hold({}); }

    private:
        const RelayLog& log_;
        std::list<std::string>::iterator at_;
    };

    // For Reader: how far a segment may be read now.
    struct Extent {
        enum class State : std::uint8_t {
            awaited,   // newer than all segments: not captured yet
            growing,   // the last segment, durable up to `durable_offset`
            complete,  // durable to its end at `durable_offset`, goes on in `next`
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
    struct Segment {
        std::string file;
        std::uint64_t bytes = 0;  // durable ones
    };

    RelayLog(const RelayOptions& options, File lock);
    [[nodiscard]] Result<void> recover();
    // Takes the oldest segment off the list if it is to be removed.
    [[nodiscard]] std::optional<Segment> take_purgeable(const Position& applied);
    // With mutex_ held:
    [[nodiscard]] Extent extent_locked(const std::string& file) const;
    [[nodiscard]] bool is_disposable(const Segment& segment, const Position& applied) const;
    [[nodiscard]] std::uint64_t bytes_locked() const;
    [[nodiscard]] Room room_locked() const;
    [[nodiscard]] bool is_too_old(const Segment& segment) const;
    [[nodiscard]] bool has_room_ahead() const;

    const std::string directory_;
    const Identity identity_;
    const Retention retention_;
    const Budget budget_;
    const File lock_;
    std::atomic<std::uint64_t> room_wanted_{0};
    RecentBytes recent_;
    mutable Fed fed_;
    Written written_;
    std::mutex purging_;  // one purge at a time; taken before mutex_

    mutable std::mutex mutex_;
    mutable std::condition_variable_any grown_;
    // Guarded by mutex_.
    std::deque<Segment> segments_;         // oldest first
    mutable std::list<std::string> pins_;  // empty: holds nothing
    Purged purged_;
};

}  // namespace penstock::relay
