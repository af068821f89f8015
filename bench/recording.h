// Binlog files that benchmarks read, in memory: recorded ones, or made up.
#pragma once

#include <string>
#include <vector>

namespace penstock::bench {

struct Recording {
    std::string name;
    std::string bytes;
};

// The *.binlog files in the folder $PENSTOCK_RECORDINGS, as bench/record makes them; without
// that, one of made-up one-row updates.
[[nodiscard]] std::vector<Recording> recordings();

}  // namespace penstock::bench
