// Pipeline: several statements under way on one Connection, so that the server finds the next one
// waiting when it has finished one.
//
// The server runs them in order and answers in order; a statement that fails does not stop those
// behind it. So each must be right by itself whatever became of the one before.
//
// Depth is bounded for a reason beyond memory: where both sides wait to send, neither goes on. We
// may wait in send() for the server to read; the server then must never wait to send to us. An
// answer without rows is shorter than answer_bytes_max of limits.h, so that the answers of
// pipeline_depth_max statements fit into the smallest receive buffer that Linux gives a socket.
// Hence no statement here may return rows; one that does is an error. Bytes are bounded, too: what
// lies in socket buffers can't be taken back.
//
// One thread. Borrows the Connection, which must outlive it and must not be used otherwise while
// anything is in flight. Where the client library can't do it (Oracle's), depth is 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "mysql/connection.h"
#include "mysql/limits.h"
#include "penstock/result.h"

namespace penstock::mysql {

struct PipelineLimits {
    std::size_t depth = 1;  // statements in flight; at most pipeline_depth_max
    std::size_t bytes = pipeline_bytes_default;
};

class Pipeline {
public:
    Pipeline(Connection& connection, PipelineLimits limits);

    // Whether a statement of so many bytes may be sent now. True whenever nothing is in flight.
    [[nodiscard]] bool accepts(std::size_t statement_bytes) const;
    // Sends a statement, which accepts() must have taken, and doesn't wait for its answer. An error
    // is that of the connection: it is lost, and this statement may or may not have arrived.
    [[nodiscard]] Result<void> send(std::string_view statement);
    // Waits for the answer of the oldest statement in flight: the rows matched, or the error of
    // just that statement. A lost connection is a transient error of each statement in flight.
    [[nodiscard]] Result<std::uint64_t> receive();

    [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
    [[nodiscard]] std::size_t depth() const { return limits_.depth; }

private:
    struct Sent {
        std::string shown;  // the beginning, for messages
        std::size_t bytes = 0;
    };
    [[nodiscard]] Error last_error(const std::string& shown) const;

    Connection& connection_;
    const PipelineLimits limits_;
    std::deque<Sent> in_flight_;
    std::size_t bytes_in_flight_ = 0;
};

// How many statements may be in flight on connections to this server: `wanted`, or 1 where client
// library or server, or what stands between, don't answer several statements sent at once in order.
// Tries it on a connection of its own, because one that fails at it is of no more use.
[[nodiscard]] Result<std::size_t> probe_pipeline_depth(const Endpoint& endpoint,
                                                       std::size_t wanted);

}  // namespace penstock::mysql
