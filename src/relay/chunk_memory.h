// ChunkMemory: the memory of chunks, taken and given back again and again: fresh memory costs a
// page fault for each page, and the kernel can be told once of memory that stays
// (uring/file_writer.h).
//
// Any thread. What was taken must be given back before it goes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/bytes.h"
#include "relay/limits.h"

namespace penstock::relay {

class ChunkMemory {
public:
    ChunkMemory();
    ~ChunkMemory();
    ChunkMemory(const ChunkMemory&) = delete;
    ChunkMemory& operator=(const ChunkMemory&) = delete;

    struct GiveBack {
        ChunkMemory* owner = nullptr;
        void operator()(std::uint8_t* piece) const { owner->give_back(piece); }
    };
    using Piece = std::unique_ptr<std::uint8_t[], GiveBack>;

    // chunk_bytes of memory, not cleared, aligned to blocks. When all kept pieces are taken, of the
    // heap.
    [[nodiscard]] Piece take();
    // Where the kept pieces lie.
    [[nodiscard]] base::Bytes kept() const { return {memory_, kept_chunks * chunk_bytes}; }

private:
    void give_back(std::uint8_t* piece);

    std::uint8_t* memory_ = nullptr;
    std::mutex mutex_;
    std::array<bool, kept_chunks> taken_{};  // guarded by mutex_
    std::size_t of_heap_ = 0;                // guarded by mutex_
};

}  // namespace penstock::relay
