// Sessions of the copy, and how it waits. The connection's thread.
#pragma once

#include <chrono>
#include <stop_token>

#include "mysql/connection.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"

namespace penstock::snapshot {

// Reads: repeatable read, short waits for table locks, no limit on the time of a SELECT nor on the
// length of GROUP_CONCAT.
[[nodiscard]] Result<mysql::Connection> open_source(const mysql::Endpoint& endpoint);
// Writes: foreign keys not checked, unique keys always; takes row images (BINLOG statements).
[[nodiscard]] Result<mysql::Connection> open_destination(const mysql::Endpoint& endpoint);

// False: a stop was requested before the time was over.
[[nodiscard]] bool pause(std::chrono::milliseconds duration, const std::stop_token& stop);

// How long to wait before retry number `attempt` (from 1): doubling, with an upper limit.
[[nodiscard]] std::chrono::milliseconds retry_pause(unsigned attempt);

// base::error_cancelled
[[nodiscard]] tl::unexpected<Error> cancelled();

}  // namespace penstock::snapshot
