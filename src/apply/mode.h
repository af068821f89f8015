// Mode: what readers of the destination may see while the stream is applied. Printed beside every
// figure, because they are worth nothing without it.
//
//   exact    one destination commit per source commit, in order: every state that the source had.
//   grouped  one destination commit for several whole source transactions, in order: only states
//            that the source had, some are left out.
//   merged   one destination commit for several whole source transactions, as grouped, but a row
//            that they change more than once is written once, and in another order: only states
//            that the source had, many are left out.
//
// While the copy overlaps with the stream, no reader sees a state of the source anyway: units are
// grouped then in every mode.
#pragma once

#include <cstdint>

namespace penstock::apply {

enum class Mode : std::uint8_t { exact, grouped, merged };

[[nodiscard]] constexpr const char* to_string(Mode mode) {
    switch (mode) {
        case Mode::exact:
            return "exact";
        case Mode::grouped:
            return "grouped";
        case Mode::merged:
            return "merged";
    }
    return "";
}

}  // namespace penstock::apply
