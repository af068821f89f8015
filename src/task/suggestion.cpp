#include "task/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "base/text.h"

namespace penstock::task {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            const std::size_t replace =
                diagonal + (base::to_lower(a[i]) == base::to_lower(b[j]) ? 0 : 1);
            row[j + 1] = std::min({above + 1, row[j] + 1, replace});
            diagonal = above;
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates) {
    // A word is typed by a person: longer ones can't be a slip, and would cost time.
    constexpr std::size_t word_chars_max = 64;
    if (word.size() > word_chars_max) return std::nullopt;
    std::optional<std::string_view> best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance >= best_distance || distance >= candidate.size()) continue;
        best_distance = distance;
        best = candidate;
    }
    return best;
}

}  // namespace penstock::task
