// Numbers appended as digits, the quick way: printing is mostly that. Pure, any thread.
#pragma once

#include <fmt/format.h>
#include <cstdint>
#include <string>

namespace penstock::inspect {

inline void append_number(std::string& out, std::uint64_t number) {
    const fmt::format_int digits(number);
    out.append(digits.data(), digits.size());
}

inline void append_integer(std::string& out, std::int64_t number) {
    const fmt::format_int digits(number);
    out.append(digits.data(), digits.size());
}

}  // namespace penstock::inspect
