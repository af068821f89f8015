#include "coalesce/image_arena.h"

#include <algorithm>
#include <cstring>

#include "coalesce/limits.h"

namespace penstock::coalesce {

std::uint8_t* ImageArena::copy(base::Bytes image) {
    std::uint8_t* const to = take(image.size());
    if (!image.empty()) std::memcpy(to, image.data(), image.size());
    return to;
}

void ImageArena::next_block(std::size_t count) {
    // A block that is too small for this image waits for the next group.
    while (used_ < blocks_.size() && blocks_[used_].size < count) ++used_;
    if (used_ == blocks_.size()) {
        const std::size_t size = std::max(count, arena_block_bytes);
        blocks_.push_back({std::unique_ptr<std::uint8_t[]>(new std::uint8_t[size]), size});
    }
    at_ = blocks_[used_].memory.get();
    left_ = blocks_[used_].size;
    ++used_;
}

void ImageArena::clear() {
    std::size_t kept = 0;
    std::size_t kept_bytes = 0;
    while (kept < blocks_.size() && kept_bytes + blocks_[kept].size <= arena_idle_bytes_max) {
        kept_bytes += blocks_[kept++].size;
    }
    blocks_.resize(kept);
    used_ = 0;
    at_ = nullptr;
    left_ = 0;
    bytes_ = 0;
}

}  // namespace penstock::coalesce
