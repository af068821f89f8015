// GtidInterval: consecutive transaction numbers, of MySQL's GTIDs and of MariaDB's.
#pragma once

#include <cstdint>

namespace penstock {

// The first number that no transaction can have (MySQL's GNO_END).
inline constexpr std::int64_t gtid_number_end = INT64_MAX;

struct GtidInterval {
    std::int64_t start = 0;
    std::int64_t end = 0;  // excluded
    friend bool operator==(const GtidInterval&, const GtidInterval&) = default;
};

}  // namespace penstock
