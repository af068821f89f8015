#include "relay/chunk_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <new>

#include "base/assert.h"

namespace penstock::relay {
namespace {

constexpr std::size_t huge_page_bytes = 2UL << 20;
static_assert(chunk_bytes % huge_page_bytes == 0);

std::uint8_t* allocate(std::size_t bytes) {
    void* const memory = std::aligned_alloc(huge_page_bytes, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory, bytes, MADV_HUGEPAGE);  // where the kernel has them
    return static_cast<std::uint8_t*>(memory);
}

}  // namespace

ChunkMemory::ChunkMemory() : memory_(allocate(kept_chunks * chunk_bytes)) {}

ChunkMemory::~ChunkMemory() {
    PENSTOCK_ASSERT(of_heap_ == 0 && std::ranges::count(taken_, true) == 0);
    std::free(memory_);
}

ChunkMemory::Piece ChunkMemory::take() {
    const std::lock_guard guard(mutex_);
    const auto free = std::ranges::find(taken_, false);
    if (free == taken_.end()) {
        ++of_heap_;
        return {allocate(chunk_bytes), GiveBack{this}};
    }
    *free = true;
    const auto index = static_cast<std::size_t>(free - taken_.begin());
    return {memory_ + index * chunk_bytes, GiveBack{this}};
}

void ChunkMemory::give_back(std::uint8_t* piece) {
    const std::less<const std::uint8_t*> before;
    const std::lock_guard guard(mutex_);
    if (before(piece, memory_) || !before(piece, memory_ + kept_chunks * chunk_bytes)) {
        --of_heap_;
        return std::free(piece);
    }
    taken_[static_cast<std::size_t>(piece - memory_) / chunk_bytes] = false;
}

}  // namespace penstock::relay
