// A geometry's well-known text, as ST_AsText() gives it: POLYGON((0 0,1 0,1 1,0 0)).
//
// Coordinates come in the order in which they are stored: x, y, which for a geographic SRID is
// longitude, latitude, as ST_AsText(g, 'axis-order=long-lat') has them. Source: the OGC's
// well-known binary form, little-endian as servers store it; mysql-9.7 sql/gis/wkb.cc,
// sql/spatial.cc. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "penstock/result.h"

namespace penstock::binlog {

// MULTIPOINT((1 1),(2 2)) as MySQL 8.0 and later have it, or MULTIPOINT(1 1,2 2).
enum class MultipointStyle : std::uint8_t { nested, flat };

// `wkb` is a geometry without its SRID. Error: it is none; a part may have been appended.
[[nodiscard]] Result<void> append_geometry_text(std::string& out, base::Bytes wkb,
                                                MultipointStyle style = MultipointStyle::nested);

}  // namespace penstock::binlog
