// PieceQueue: the hand-over from the grouping to the writing thread, bounded in pieces and in
// bytes, that also knows how many pieces are under way: handed over and not yet executed.
//
// One thread pushes, one pops. Where the queue was full, push() goes on once it is half empty, so
// that small pieces don't cost two context switches each.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

#include "apply/piece.h"

namespace penstock::apply {

class PieceQueue {
public:
    PieceQueue(std::size_t pieces_max, std::size_t bytes_max);

    // False: stopped; the piece was not taken.
    [[nodiscard]] bool push(Piece&& piece, const std::stop_token& stop);
    // nullopt: stopped, or closed and empty.
    [[nodiscard]] std::optional<Piece> pop(const std::stop_token& stop);
    // A piece if one is there now.
    [[nodiscard]] std::optional<Piece> try_pop();
    // Nothing more will be pushed.
    void close();

    struct Depth {
        std::size_t pieces = 0;
        std::size_t bytes = 0;
    };
    // What waits to be popped.
    [[nodiscard]] Depth depth() const;

    // A piece that was popped is executed.
    void settle();
    [[nodiscard]] std::size_t under_way() const;
    // Waits until fewer than `pieces` are under way, but not longer than `duration`.
    void wait_until_below(std::size_t pieces, std::chrono::milliseconds duration,
                          const std::stop_token& stop);

private:
    [[nodiscard]] Piece take();  // with mutex_ held
    [[nodiscard]] bool full() const {
        return pieces_.size() >= pieces_max_ || bytes_ >= bytes_max_;
    }
    [[nodiscard]] bool half_empty() const {
        return pieces_.size() <= pieces_max_ / 2 && bytes_ <= bytes_max_ / 2;
    }

    const std::size_t pieces_max_;
    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::condition_variable_any pushed_;
    std::condition_variable_any room_made_;
    std::condition_variable_any settled_;
    // Guarded by mutex_.
    std::deque<Piece> pieces_;
    std::size_t bytes_ = 0;
    std::size_t under_way_ = 0;
    bool closed_ = false;
};

}  // namespace penstock::apply
