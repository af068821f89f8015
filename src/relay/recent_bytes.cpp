#include "relay/recent_bytes.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"

namespace penstock::relay {

std::shared_ptr<Chunk> RecentBytes::add(const std::string& file, std::uint64_t begin,
                                        std::string_view first_bytes) {
    PENSTOCK_ASSERT(begin % block_bytes == 0 && first_bytes.size() < block_bytes);
    auto chunk = std::make_shared<Chunk>(file, begin, memory_.take());
    std::ranges::copy(first_bytes, chunk->memory.get());
    const std::lock_guard guard(mutex_);
    chunks_.push_back(chunk);
    if (chunks_.size() > recent_chunks_max) chunks_.pop_front();
    return chunk;
}

// From the newest back: what a failed Writer left is behind what the next one wrote in its place.
RecentBytes::Found RecentBytes::find(const std::string& file, std::uint64_t offset) const {
    const std::lock_guard guard(mutex_);
    std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
    for (auto at = chunks_.rbegin(); at != chunks_.rend(); ++at) {
        const Chunk& chunk = **at;
        if (chunk.file != file) continue;
        if (offset >= chunk.begin) {
            end = std::min(end, chunk.begin + chunk_bytes);
            return offset < end ? Found{*at, end} : Found{};
        }
        end = std::min(end, chunk.begin);
    }
    return {};
}

}  // namespace penstock::relay
