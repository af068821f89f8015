// DecodeAhead: the relay log's events in their order, decoded ahead by workers.
//
// What the relay log has is cut into batches (event_batch.h), which workers decode; what they hand
// back is put into order again by its sequence number. One hop there and one back for a batch.
//
// That pays where transactions are compressed. Verifying the checksums of others takes less than
// the hops, and of a few events, when the reader has caught up, anything does: they are decoded
// where they are wanted. So is an event larger than a batch, whose bytes are not copied.
//
// One thread uses it, its workers are its own. The reader must be open, outlive it, and be left
// alone. Errors come where the events in front of them have been returned.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "apply/event_batch.h"
#include "base/bounded_queue.h"
#include "base/wait_time.h"
#include "relay/reader.h"

namespace penstock::apply {

// Any thread reads.
struct DecodeStats {
    std::atomic<std::uint64_t> batches_ahead{0};  // decoded by workers
    base::WaitTime awaited;                       // for a worker, by the thread that uses it
};

class DecodeAhead {
public:
    // No worker: everything is decoded where it is wanted. `stats` must outlive it.
    DecodeAhead(relay::Reader& reader, std::size_t workers, DecodeStats& stats);
    ~DecodeAhead();
    DecodeAhead(const DecodeAhead&) = delete;
    DecodeAhead& operator=(const DecodeAhead&) = delete;

    // The next event, valid until the next call; waits for the source to write one. Error of kind
    // cancelled when `stop` is triggered.
    [[nodiscard]] Result<DecodedEvent> next(const std::stop_token& stop);
    // The next event if it is durable now, else nullopt.
    [[nodiscard]] Result<std::optional<DecodedEvent>> try_next();

private:
    struct Job {
        std::uint64_t sequence = 0;
        std::unique_ptr<EventBatch> batch;
    };

    void work(const std::stop_token& stop);
    [[nodiscard]] std::size_t under_way() const { return cut_ - taken_; }
    [[nodiscard]] Result<bool> look_ahead();
    [[nodiscard]] Result<std::unique_ptr<EventBatch>> cut();
    [[nodiscard]] Result<void> enter(std::string_view file);
    [[nodiscard]] Result<void> fill();
    void take_decoded();
    void show(std::unique_ptr<EventBatch> batch);

    relay::Reader& reader_;
    DecodeStats& stats_;
    std::optional<relay::RelayEvent> held_;  // read, and in no batch yet
    std::optional<Error> reading_error_;     // behind the batches that are under way
    std::string checksum_file_;              // which checksum_ is of
    binlog::ChecksumAlgorithm checksum_ = binlog::ChecksumAlgorithm::crc32;

    std::unique_ptr<EventBatch> shown_;
    std::size_t next_event_ = 0;  // of shown_

    std::uint64_t cut_ = 0;    // batches handed to workers
    std::uint64_t taken_ = 0;  // and taken back
    const std::size_t under_way_max_;
    std::vector<std::unique_ptr<EventBatch>> early_;  // by sequence, modulo under_way_max_
    base::BoundedQueue<Job> to_decode_;
    base::BoundedQueue<Job> decoded_;
    std::vector<std::jthread> workers_;
};

}  // namespace penstock::apply
