// "did you mean": the nearest of a few known words. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace penstock::task {

// The candidate with the smallest edit distance to `word`, if it is near enough to be a slip.
[[nodiscard]] std::optional<std::string_view> nearest(
    std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace penstock::task
