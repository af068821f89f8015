// ImageArena: where a group's row images are kept: in blocks that stay for the next group.
//
// What it returns lives until clear(). One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"

namespace penstock::coalesce {

class ImageArena {
public:
    [[nodiscard]] std::uint8_t* copy(base::Bytes image);
    // Of all images since clear().
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    // Keeps blocks up to arena_idle_bytes_max.
    void clear();

private:
    struct Block {
        std::unique_ptr<std::uint8_t[]> memory;
        std::size_t size = 0;
    };

    [[nodiscard]] std::uint8_t* take(std::size_t count) {
        if (count > left_) next_block(count);
        std::uint8_t* const taken = at_;
        at_ += count;
        left_ -= count;
        bytes_ += count;
        return taken;
    }
    void next_block(std::size_t count);

    std::vector<Block> blocks_;
    std::size_t used_ = 0;  // blocks, the current one included
    std::uint8_t* at_ = nullptr;
    std::size_t left_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace penstock::coalesce
