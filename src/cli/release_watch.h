// Asking a running task to release its events, and watching it do so. One thread; the request and
// its outcome travel through the gate's row in the destination.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "gate/gate_row.h"
#include "mysql/connection.h"
#include "penstock/result.h"

namespace penstock::cli {

struct ReleaseRequest {
    std::string task;
    std::string by;
    std::string reason;
    std::chrono::milliseconds timeout{60'000};
};

// Told about each new state and step.
using ReleaseListener = std::function<void(const gate::GateRow&)>;

// The gate's row once it is open. An error otherwise: refused, withdrawn or failed (with the gate's
// words), not done within the timeout (error_timeout) or stopped by Ctrl-C; in these last two cases
// the request has been taken back, unless events were being enabled already.
[[nodiscard]] Result<gate::GateRow> request_and_watch(mysql::Connection& destination,
                                                      const ReleaseRequest& request,
                                                      const ReleaseListener& listener,
                                                      const std::stop_token& stop);

}  // namespace penstock::cli
