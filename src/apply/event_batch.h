// EventBatch: events of the relay log that are decoded together, by any one thread.
//
// Decoding verifies checksums and expands compressed transactions: what can be told of an event
// without those before it. What is wrong with an event is kept beside it, to be found out in the
// stream's order. One thread at a time; what it shows lives as long as the batch.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "binlog/event_view.h"
#include "penstock/result.h"
#include "relay/reader.h"

namespace penstock::apply {

struct DecodedEvent {
    std::string_view file;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    binlog::EventView view;        // not where there is an error
    const Error* error = nullptr;  // why these bytes are no event
    // The events of a compressed transaction. Not where that is larger than
    // payload_bytes_ahead_max, or broken: it is to be expanded event by event then.
    std::span<const binlog::EventView> payload;
};

class EventBatch {
public:
    // Of one segment.
    EventBatch(std::string_view file, binlog::ChecksumAlgorithm checksum)
        : file_(file), checksum_(checksum) {}
    EventBatch(const EventBatch&) = delete;
    EventBatch& operator=(const EventBatch&) = delete;

    // Copies the event. It must follow the last one.
    void add(const relay::RelayEvent& event);
    // The only event of the batch: its bytes are borrowed.
    void borrow(const relay::RelayEvent& event);
    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] std::size_t bytes() const {
        return borrowed_.empty() ? copy_.size() : borrowed_.size();
    }
    [[nodiscard]] bool has_payload() const { return has_payload_; }

    // Once, when all events are there.
    void decode();
    [[nodiscard]] std::span<const DecodedEvent> events() const { return events_; }

private:
    struct Payload {
        std::string bytes;
        std::vector<binlog::EventView> events;
    };

    void take(const relay::RelayEvent& event);
    void decode_event(base::Bytes bytes, std::uint64_t start);
    [[nodiscard]] std::span<const binlog::EventView> expand(const binlog::EventView& event);

    const std::string file_;
    const binlog::ChecksumAlgorithm checksum_;
    std::uint64_t start_ = 0;  // of the first event
    std::string copy_;         // of the events, one behind the other
    base::Bytes borrowed_;
    bool has_payload_ = false;
    std::vector<std::size_t> sizes_;
    std::vector<DecodedEvent> events_;
    std::deque<Error> errors_;      // events_ points to them
    std::deque<Payload> payloads_;  // and into these
    std::size_t payload_bytes_ = 0;
};

}  // namespace penstock::apply
