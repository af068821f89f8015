// RecentBytes: the last megabytes that a Writer appended, for Readers that have caught up.
//
// They are the Writer's own buffers, which stay a while after they were written: chunks of memory
// that are filled from front to back and never change behind. What of a chunk may be read is not
// decided here: a Reader looks only at what RelayLog has published as durable, and that order is
// also what makes the bytes visible to its thread. A chunk lives as long as anybody holds it.
//
// One Writer, any number of Readers, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "relay/chunk_memory.h"
#include "relay/limits.h"

namespace penstock::relay {

struct Chunk {
    Chunk(std::string in_file, std::uint64_t from, ChunkMemory::Piece piece)
        : file(std::move(in_file)), begin(from), memory(std::move(piece)) {}

    const std::string file;
    const std::uint64_t begin;        // offset of the first byte in the segment, that of a block
    const ChunkMemory::Piece memory;  // chunk_bytes of it
};

class RecentBytes {
public:
    // For the Writer: the chunk for the bytes of `file` from `begin` on, where a block begins, and
    // of which the first ones are there already. What older chunks hold of the same place is not
    // shown any more; the oldest is let go when there are too many.
    [[nodiscard]] std::shared_ptr<Chunk> add(const std::string& file, std::uint64_t begin,
                                             std::string_view first_bytes);

    struct Found {
        std::shared_ptr<const Chunk> chunk;  // null: not in memory
        std::uint64_t end = 0;               // of what it may hold, an offset in the segment
    };
    // The chunk that holds the byte at `offset`, if it has been published.
    [[nodiscard]] Found find(const std::string& file, std::uint64_t offset) const;

    // Where most chunks lie.
    [[nodiscard]] base::Bytes memory() const { return memory_.kept(); }

private:
    ChunkMemory memory_;
    mutable std::mutex mutex_;
    std::deque<std::shared_ptr<Chunk>> chunks_;  // guarded by mutex_; newest last
};

}  // namespace penstock::relay
