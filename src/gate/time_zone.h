// TimeZone: whether a time zone means the same on both servers.
//
// Zones are compared by what they do, not by their names: by their offsets from UTC, week by week,
// from a month ago to three years ahead. That sees a SYSTEM zone that is another one on the
// destination, named zones that aren't loaded there, and different editions of the zone tables.
// One thread: that of the connections.
#pragma once

#include <string>
#include <string_view>

#include "gate/schedule.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::gate {

// The name to use on the destination for `zone` of the source. The same name where that means the
// same there; for SYSTEM otherwise an offset (if the source's zone never changes it) or the name
// the source's system gives its zone. error_time_zone if there is none.
[[nodiscard]] Result<std::string> zone_on_destination(mysql::Connection& source,
                                                      mysql::Connection& destination,
                                                      const std::string& zone);

// The server's wall clock in `zone`.
[[nodiscard]] Result<LocalTime> local_now(mysql::Connection& connection, std::string_view zone);

// "+05:30" if the comma separated offsets (minutes) are all the same; empty otherwise. Pure.
[[nodiscard]] std::string constant_offset(std::string_view offsets);

}  // namespace penstock::gate
