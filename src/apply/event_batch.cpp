#include "apply/event_batch.h"

#include <utility>

#include "apply/limits.h"
#include "base/assert.h"
#include "binlog/payload.h"

namespace penstock::apply {

using binlog::EventView;

void EventBatch::take(const relay::RelayEvent& event) {
    PENSTOCK_ASSERT(borrowed_.empty() && event.file == file_);
    if (sizes_.empty()) start_ = event.start;
    PENSTOCK_ASSERT(event.start == start_ + copy_.size());
    sizes_.push_back(event.bytes.size());
    const auto type = binlog::EventType{event.bytes[binlog::event_type_offset]};
    if (type == binlog::EventType::transaction_payload) has_payload_ = true;
}

void EventBatch::add(const relay::RelayEvent& event) {
    take(event);
    copy_.append(base::as_text(event.bytes));
}

void EventBatch::borrow(const relay::RelayEvent& event) {
    take(event);
    borrowed_ = event.bytes;
}

void EventBatch::decode() {
    base::Bytes rest = borrowed_.empty() ? base::as_bytes(copy_) : borrowed_;
    std::uint64_t start = start_;
    events_.reserve(sizes_.size());
    for (const std::size_t size : sizes_) {
        decode_event(rest.first(size), start);
        rest = rest.subspan(size);
        start += size;
    }
}

void EventBatch::decode_event(base::Bytes bytes, std::uint64_t start) {
    DecodedEvent& event = events_.emplace_back();
    event.file = file_;
    event.start = start;
    event.end = start + bytes.size();
    auto view = binlog::view_event(bytes, checksum_, start);
    if (!view) {
        event.error = &errors_.emplace_back(std::move(view.error()));
        return;
    }
    event.view = *view;
    if (view->header.type == binlog::EventType::transaction_payload) event.payload = expand(*view);
}

// Whatever is wrong, or too large, is left to whoever expands it in the stream's order.
std::span<const EventView> EventBatch::expand(const EventView& event) {
    const auto payload = binlog::parse_transaction_payload(event);
    if (!payload) return {};
    const std::size_t bytes_max = payload_bytes_ahead_max - payload_bytes_;
    if (payload->uncompressed_bytes.value_or(bytes_max + 1) > bytes_max) return {};
    Payload expanded;
    expanded.bytes.reserve(static_cast<std::size_t>(*payload->uncompressed_bytes));
    binlog::PayloadReader reader(*payload, bytes_max);
    while (true) {
        const auto nested = reader.next();
        if (!nested) return {};
        if (!*nested) break;
        expanded.bytes.append(base::as_text((*nested)->whole));
        expanded.events.push_back(**nested);
    }
    payload_bytes_ += expanded.bytes.size();
    Payload& kept = payloads_.emplace_back(std::move(expanded));
    base::Bytes rest = base::as_bytes(kept.bytes);
    for (EventView& nested : kept.events) {
        nested.whole = rest.first(nested.header.event_size);
        nested.body = nested.whole.subspan(binlog::event_header_bytes);  // there is no checksum
        rest = rest.subspan(nested.whole.size());
    }
    return kept.events;
}

}  // namespace penstock::apply
