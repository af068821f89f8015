// SourceSession: one connection to the source that sends its binlog.
//
// open() logs in with the client library, checks that this is the source we know and that it has
// the position we ask for, introduces us as a replica, asks for the binlog and takes the socket
// over. One thread, that of the Backend, which must outlive it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "capture/packet_source.h"
#include "mysql/connection.h"
#include "penstock/result.h"
#include "relay/position.h"
#include "uring/backend.h"

namespace penstock::capture {

struct SessionRequest {
    mysql::Endpoint source;
    std::string source_uuid;  // what @@server_uuid must be
    std::uint32_t server_id = 0;
    std::string replica_uuid;
    std::chrono::milliseconds heartbeat_period{1000};
    std::chrono::milliseconds silence_limit{10'000};
    relay::Position from;
};

struct ReceivedEvent {
    uring::ReceiveOutcome outcome;
    Part event = {};  // where the outcome is bytes; valid until the next call
};

class SourceSession {
public:
    // The Backend serves a plain connection; one with TLS is read by the client library.
    [[nodiscard]] static Result<std::unique_ptr<SourceSession>> open(const SessionRequest& request,
                                                                     uring::Backend& backend,
                                                                     const uring::Waker& waker);
    ~SourceSession();
    SourceSession(const SourceSession&) = delete;
    SourceSession& operator=(const SourceSession&) = delete;

    // The next event or part of one, or why there is none; what the source reports as an error is
    // one here.
    [[nodiscard]] Result<ReceivedEvent> next(std::chrono::milliseconds timeout);
    [[nodiscard]] bool has_more() const { return packets_->has_more(); }
    // Whether next() waits in the Backend, so that its FileWriter goes on meanwhile.
    [[nodiscard]] bool waits_in_backend() const { return !connection_.encrypted(); }

private:
    explicit SourceSession(mysql::Connection connection);
    [[nodiscard]] Result<void> ask_for_binlog(const SessionRequest& request);
    [[nodiscard]] Result<ReceivedEvent> answer_to_registration();
    [[nodiscard]] Result<ReceivedEvent> explain(Part payload, std::chrono::milliseconds timeout);

    mysql::Connection connection_;
    const std::string name_;
    std::unique_ptr<PacketSource> packets_;
};

}  // namespace penstock::capture
