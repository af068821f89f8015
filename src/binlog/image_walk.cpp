#include "binlog/image_walk.h"

namespace penstock::binlog {

ImageWalk::Act ImageWalk::act_of(ColumnWidth width, bool is_wanted) {
    if (width.prefix_bytes == 0) return Act::visit_fixed;
    if (is_wanted) return Act::visit_prefixed;
    if (width.prefix_bytes == 1) return Act::pass_1;
    return width.prefix_bytes == 2 ? Act::pass_2 : Act::pass_longer;
}

ImageWalk::ImageWalk(std::span<const ColumnWidth> widths, std::span<const std::size_t> wanted)
    : null_bytes_((widths.size() + 7) / 8),
      whole_bytes_(widths.size() / 8),
      last_bits_(static_cast<std::uint8_t>((1U << widths.size() % 8) - 1)),
      word_bits_(widths.size() < 64 ? (std::uint64_t{1} << widths.size()) - 1 : 0),
      stops_((widths.size() + 63) / 64) {
    std::vector<bool> is_wanted(widths.size());
    for (const std::size_t column : wanted) is_wanted[column] = true;
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const auto [prefix_bytes, fixed_bytes] = widths[i];
        places_.push_back({at, fixed_bytes, prefix_bytes, is_wanted[i]});
        at += fixed_bytes;
        tail_bytes_ += fixed_bytes + prefix_bytes;
        if (prefix_bytes == 0 && !is_wanted[i]) continue;
        stops_[i / 64] |= std::uint64_t{1} << i % 64;
        steps_.push_back({tail_bytes_, static_cast<std::uint32_t>(i),
                          static_cast<std::uint16_t>(fixed_bytes + prefix_bytes),
                          act_of(widths[i], is_wanted[i])});
        tail_bytes_ = 0;
    }
    places_.push_back({at, 0, 0, false});
}

}  // namespace penstock::binlog
