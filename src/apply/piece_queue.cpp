#include "apply/piece_queue.h"

#include <utility>

#include "base/assert.h"

namespace penstock::apply {

PieceQueue::PieceQueue(std::size_t pieces_max, std::size_t bytes_max)
    : pieces_max_(pieces_max), bytes_max_(bytes_max) {
    PENSTOCK_ASSERT(pieces_max > 0 && bytes_max > 0);
}

bool PieceQueue::push(Piece&& piece, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (full() && !room_made_.wait(lock, stop, [&] { return half_empty(); })) return false;
    bytes_ += piece.sql.size();
    ++under_way_;
    pieces_.push_back(std::move(piece));
    pushed_.notify_one();
    return true;
}

std::optional<Piece> PieceQueue::pop(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!pushed_.wait(lock, stop, [&] { return !pieces_.empty() || closed_; })) return std::nullopt;
    if (pieces_.empty()) return std::nullopt;
    return take();
}

std::optional<Piece> PieceQueue::try_pop() {
    const std::lock_guard lock(mutex_);
    if (pieces_.empty()) return std::nullopt;
    return take();
}

Piece PieceQueue::take() {
    Piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    bytes_ -= piece.sql.size();
    if (half_empty()) room_made_.notify_one();
    return piece;
}

void PieceQueue::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    pushed_.notify_all();
}

PieceQueue::Depth PieceQueue::depth() const {
    const std::lock_guard lock(mutex_);
    return {pieces_.size(), bytes_};
}

void PieceQueue::settle() {
    const std::lock_guard lock(mutex_);
    PENSTOCK_ASSERT(under_way_ > 0);
    --under_way_;
    settled_.notify_one();
}

std::size_t PieceQueue::under_way() const {
    const std::lock_guard lock(mutex_);
    return under_way_;
}

void PieceQueue::wait_until_below(std::size_t pieces, std::chrono::milliseconds duration,
                                  const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    settled_.wait_for(lock, stop, duration, [&] { return under_way_ < pieces; });
}

}  // namespace penstock::apply
