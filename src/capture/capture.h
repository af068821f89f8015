// Capture: follows a source's binlog into the relay log, on a thread of its own, until it is asked
// to stop or meets an error that waiting can't mend.
//
// It begins at the relay log's durable end, or at the start of `start_file` where the relay log is
// empty, so that segments are whole files. Lost connections, a restarting source and a silent peer
// are retried for ever with growing pauses; stats().state and trouble() say so meanwhile. What
// stops it for good: purged binlogs, a source that is another server or has less than we hold,
// a second replica with our identity, rights, bytes that contradict their checksum.
//
// A directory of binlog files may take the server's place (`files`): it is read file by file into
// the relay log all the same, so that positions, restarts, the budget and purging are those of any
// task, and the files may be gone once they are read.
//
// When the relay log's budget or its disk is full it pauses (see room_gate.h), and goes on by
// itself.
//
// start, request_stop and join: one owner. stats(), error() and trouble(): any thread. The relay
// log must outlive it; the destructor asserts that it was joined.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/wait_time.h"
#include "mysql/endpoint.h"
#include "penstock/gtid_set.h"
#include "penstock/result.h"
#include "relay/relay_log.h"

namespace penstock::uring {
class Backend;
class Waker;
}  // namespace penstock::uring

namespace penstock::capture {

class RoomGate;

// A directory of binlog files as the source, in the place of a server.
struct FileSource {
    std::string place;    // the directory, or the index file of one
    GtidSet applied;      // what the destination has: says in which file to begin
    bool follow = false;  // wait for more at the end of the last file
};

// How far a FileSource was read.
struct FilesRead {
    GtidSet executed;       // all transactions of the files read, and before them
    bool at_end = false;    // of the last file that is there
    bool complete = false;  // and no more is waited for
    // The last file ends inside an event or a transaction, which is not in `executed`.
    std::optional<Error> torn = {};
};

struct CaptureOptions {
    mysql::Endpoint source;
    std::optional<FileSource> files;  // then `source` and what concerns a replica is not looked at
    std::uint32_t server_id = 0;  // ours as a replica: not 0, unique among the source's replicas
    std::string replica_uuid;     // ours as a replica: unique per task
    std::string start_file;       // the source's file to begin with when the relay log is empty
    std::chrono::milliseconds heartbeat_period{1000};
    // Without a byte for this long the connection counts as dead.
    std::chrono::milliseconds silence_limit{10'000};
    std::chrono::milliseconds retry_pause_first{100};
    std::chrono::milliseconds retry_pause_max{30'000};
    bool use_io_uring = true;  // false: the poll back end even where io_uring works
};

enum class CaptureState : std::uint8_t {
    idle,  // not started
    connecting,
    streaming,
    waiting,  // after a transient error, until the next try
    paused,   // no room for the relay log; pause() says why
    stopped,  // as asked
    failed,   // error() says why
};
[[nodiscard]] const char* to_string(CaptureState state);

// Counters since start(). Each is right by itself; together they are no snapshot.
struct CaptureStats {
    std::atomic<std::uint64_t> bytes{0};   // of events appended to the relay log
    std::atomic<std::uint64_t> events{0};  // appended
    std::atomic<std::uint64_t> reconnects{0};
    std::atomic<std::uint64_t> paused_ms{0};  // in state paused
    base::WaitTime source_awaited;            // while streaming: nothing came from the source
    // Of the last event appended, in seconds of the source's clock; 0 before the first.
    std::atomic<std::uint32_t> last_event_timestamp{0};
    // When the source was last heard, events and heartbeats, in ms of the steady clock; 0 never.
    std::atomic<std::int64_t> last_heard_ms{0};
    std::atomic<CaptureState> state{CaptureState::idle};
    std::atomic<bool> connected{false};
};

class Capture {
public:
    Capture(CaptureOptions options, relay::RelayLog& relay);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    void start();
    void request_stop();
    void join();

    [[nodiscard]] const CaptureStats& stats() const { return stats_; }
    // Why it failed; nullopt while it runs or when it was stopped as asked.
    [[nodiscard]] std::optional<Error> error() const;
    // The last transient error: what it is waiting out while state is `waiting` or `connecting`,
    // of the past while it is `streaming`.
    [[nodiscard]] std::optional<Error> trouble() const;
    // What is full, and how long the source keeps what is needed next; empty unless state is
    // paused.
    [[nodiscard]] std::string pause() const;
    // Of a FileSource. What it tells of `at_end` is durable in the relay log.
    [[nodiscard]] FilesRead files_read() const;
    // "io_uring" or "poll (why)"; empty before the thread has chosen.
    [[nodiscard]] std::string io_backend() const;

private:
    void run();
    [[nodiscard]] Result<void> follow(RoomGate& room, uring::Backend& backend);
    void note_trouble(const Error& trouble, std::chrono::milliseconds wait);
    void fail_with(const Error& error);

    const CaptureOptions options_;
    relay::RelayLog& relay_;
    const std::unique_ptr<uring::Waker> waker_;
    CaptureStats stats_;

    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::optional<Error> error_;
    std::optional<Error> trouble_;
    std::string pause_;
    FilesRead files_read_;
    std::string io_backend_;

    std::thread thread_;
};

}  // namespace penstock::capture
