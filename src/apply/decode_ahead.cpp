#include "apply/decode_ahead.h"

#include <utility>

#include "apply/limits.h"
#include "base/assert.h"
#include "binlog/format_description.h"

namespace penstock::apply {
DecodeAhead::DecodeAhead(relay::Reader& reader, std::size_t workers, DecodeStats& stats)
    : reader_(reader),
      stats_(stats),
      under_way_max_(workers * batches_per_worker),
      early_(under_way_max_),
      to_decode_(under_way_max_ + 1),
      decoded_(under_way_max_ + 1) {
    PENSTOCK_ASSERT(workers <= decode_workers_max);
    for (std::size_t i = 0; i < workers; ++i) {
        workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
}

DecodeAhead::~DecodeAhead() {
    to_decode_.close();
    for (std::jthread& worker : workers_) worker.request_stop();
}

void DecodeAhead::work(const std::stop_token& stop) {
    while (auto job = to_decode_.pop(stop)) {
        job->batch->decode();
        ++stats_.batches_ahead;
        if (!decoded_.push(std::move(*job), stop)) return;
    }
}

Result<DecodedEvent> DecodeAhead::next(const std::stop_token& stop) {
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<DecodedEvent> event, try_next());
        if (event) return *event;
        PENSTOCK_ASSIGN(held_, reader_.next(stop));
    }
}

Result<std::optional<DecodedEvent>> DecodeAhead::try_next() {
    while (true) {
        if (shown_ && next_event_ < shown_->events().size()) return shown_->events()[next_event_++];
        shown_.reset();
        PENSTOCK_TRY(fill());
        if (shown_) continue;
        if (under_way() == 0) return std::nullopt;
        take_decoded();
    }
}

// Hands batches over as long as there is something to read, or shows one that needs no worker.
Result<void> DecodeAhead::fill() {
    while (!reading_error_ && (under_way_max_ == 0 || under_way() < under_way_max_)) {
        Result<std::unique_ptr<EventBatch>> batch = cut();
        if (!batch) {
            reading_error_ = std::move(batch.error());
            break;
        }
        if (*batch == nullptr) break;
        const std::size_t bytes = (*batch)->bytes();
        const bool is_worth_it = (*batch)->has_payload() && bytes >= batch_bytes_handed_over_min;
        const bool is_next = under_way() == 0;
        if (under_way_max_ == 0 || bytes > batch_bytes_max || (is_next && !is_worth_it)) {
            (*batch)->decode();
            show(std::move(*batch));
            return {};
        }
        const bool is_taken = to_decode_.push({cut_++, std::move(*batch)}, {});
        PENSTOCK_ASSERT(is_taken);  // it has room for all that may be under way
    }
    if (reading_error_ && under_way() == 0) {
        return tl::unexpected<Error>(*std::exchange(reading_error_, std::nullopt));
    }
    return {};
}

// Holds the next event, if there is one.
Result<bool> DecodeAhead::look_ahead() {
    if (held_) return true;
    PENSTOCK_ASSIGN(held_, reader_.try_next());
    return held_.has_value();
}

// A batch of what is there; null if there is nothing, or a large event that must wait for its turn.
Result<std::unique_ptr<EventBatch>> DecodeAhead::cut() {
    std::unique_ptr<EventBatch> batch;
    while (true) {
        Result<bool> found = look_ahead();
        if (!found) {
            if (!batch) return forward_error(found);
            reading_error_ = std::move(found.error());
            return batch;
        }
        if (!*found) return batch;
        if (batch && (batch->file() != held_->file ||
                      batch->bytes() + held_->bytes.size() > batch_bytes_max)) {
            return batch;
        }
        const bool is_large = held_->bytes.size() > batch_bytes_max;
        if (is_large && under_way() > 0) return batch;
        if (!batch) {
            PENSTOCK_TRY(enter(held_->file));
            batch = std::make_unique<EventBatch>(held_->file, checksum_);
        }
        const relay::RelayEvent event = *std::exchange(held_, std::nullopt);
        if (is_large) {
            batch->borrow(event);
            return batch;
        }
        batch->add(event);
    }
}

// The reader has just read an event of that file.
Result<void> DecodeAhead::enter(std::string_view file) {
    if (checksum_file_ == file) return {};
    PENSTOCK_ASSIGN(const binlog::FormatDescription format,
                    binlog::parse_format_description(reader_.format_description()));
    checksum_ = format.checksum;
    checksum_file_ = file;
    return {};
}

void DecodeAhead::take_decoded() {
    const base::WaitTime::Scope awaited(stats_.awaited);
    std::unique_ptr<EventBatch>& turn = early_[taken_ % under_way_max_];
    while (turn == nullptr) {
        std::optional<Job> job = decoded_.pop({});
        PENSTOCK_ASSERT(job.has_value());
        early_[job->sequence % under_way_max_] = std::move(job->batch);
    }
    ++taken_;
    show(std::move(turn));
}

void DecodeAhead::show(std::unique_ptr<EventBatch> batch) {
    shown_ = std::move(batch);
    next_event_ = 0;
}

}  // namespace penstock::apply
