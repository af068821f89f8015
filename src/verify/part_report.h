// PartReport: what the comparison of one part of a table found. A value.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "verify/compare.h"

namespace penstock::verify {

struct PartReport {
    std::uint64_t rows_compared = 0;
    std::uint64_t rows_different = 0;
    std::vector<Difference> differences;  // at most CompareOptions::differences_per_table

    void add(Difference difference, std::uint32_t limit) {
        ++rows_different;
        if (differences.size() < limit) differences.push_back(std::move(difference));
    }
};

}  // namespace penstock::verify
