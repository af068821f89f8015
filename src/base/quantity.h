// Quantities with units, as people write them: "64MiB", "500kB", "30s", "250ms". Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "penstock/result.h"

namespace penstock::base {

// B, kB, MB, GB (powers of 1000), KiB, MiB, GiB (powers of 1024). A number without unit is refused.
[[nodiscard]] Result<std::uint64_t> parse_size_bytes(std::string_view text);
// ms, s, min, h, d. A number without unit is refused.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// "1.5 MiB", "12.3k", "2m 05s": for displays, three digits or so.
[[nodiscard]] std::string format_size(double bytes);
[[nodiscard]] std::string format_count(double count);
[[nodiscard]] std::string format_duration(std::chrono::seconds duration);

}  // namespace penstock::base
