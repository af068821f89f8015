#include "binlog/collation.h"

#include <array>

namespace penstock::binlog {
namespace {

using namespace std::string_view_literals;

// Character sets whose characters have more than one byte each.
constexpr std::string_view comma_ucs2 = "\0,"sv;  // and utf16
constexpr std::string_view comma_utf16le = ",\0"sv;
constexpr std::string_view comma_utf32 = "\0\0\0,"sv;

struct Range {
    std::uint32_t first;
    std::uint32_t last;
    std::string_view comma;
};

constexpr std::array ranges{
    Range{35, 35, comma_ucs2},      Range{54, 55, comma_ucs2},    Range{56, 56, comma_utf16le},
    Range{60, 61, comma_utf32},     Range{62, 62, comma_utf16le}, Range{90, 90, comma_ucs2},
    Range{101, 124, comma_ucs2},    Range{128, 159, comma_ucs2},  Range{160, 191, comma_utf32},
    Range{640, 703, comma_ucs2},    Range{736, 767, comma_utf32}, Range{2560, 3071, comma_ucs2},
    Range{3072, 3327, comma_utf32},
};

constexpr std::uint32_t no_pad = 1024;

}  // namespace

std::string_view comma(std::uint32_t collation) {
    if (collation >= no_pad && collation < 2 * no_pad) collation -= no_pad;
    for (const Range& range : ranges) {
        if (collation >= range.first && collation <= range.last) return range.comma;
    }
    return ","sv;
}

}  // namespace penstock::binlog
