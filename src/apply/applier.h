// Applier: incremental write. Follows the relay log and applies it to the destination, from the
// task's checkpoint on, until it is asked to stop or meets an error that waiting can't mend.
//
// Two threads: one reads, decodes and groups; the other writes, with several units in flight. A
// transient error of the destination (lost connection, deadlock, read-only) is waited out with
// growing pauses and everything starts again from the checkpoint in the destination, which alone
// says what was committed.
//
// start, request_stop and join: one owner. Everything else: any thread. The relay log must outlive
// it; the destructor asserts that it was joined.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "apply/apply_stats.h"
#include "apply/checkpoint.h"
#include "apply/ddl_runner.h"
#include "apply/mode.h"
#include "apply/overlap.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"
#include "relay/reader.h"
#include "relay/relay_log.h"

namespace penstock::apply {

class DestinationCatalogue;
class Grouper;
class PieceWriter;
struct DestinationTable;

struct ApplierOptions {
    mysql::Endpoint destination;
    std::string task;
    std::uint64_t token = 0;
    std::set<std::string> databases;
    Mode mode = Mode::grouped;
    std::uint64_t group_bytes = 1024 * 1024;
    std::uint64_t group_transactions = 500;
    std::size_t pipeline_depth = 1;  // units in flight; 1 to mysql::pipeline_depth_max
    std::size_t decode_workers = 0;  // 0 to decode_workers_max
    Overlap overlap;
    HoldStatement hold;
};

class Applier {
public:
    Applier(ApplierOptions options, const relay::RelayLog& relay);
    ~Applier();
    Applier(const Applier&) = delete;
    Applier& operator=(const Applier&) = delete;

    void start();
    // Takes effect once what is in flight is answered; an unfinished unit is rolled back.
    void request_stop();
    void join();

    // What is committed in the destination, as of the last unit; nullopt before it was read.
    [[nodiscard]] std::optional<Checkpoint> applied() const;
    // How many transactions of `set` are not applied yet.
    [[nodiscard]] std::uint64_t missing(GtidSet set) const;
    [[nodiscard]] const ApplyStats& stats() const { return stats_; }
    // Why it failed; nullopt while it runs or when it was stopped as asked.
    [[nodiscard]] std::optional<Error> error() const;
    // The transient error it is waiting out.
    [[nodiscard]] std::optional<Error> trouble() const;

private:
    struct Attempt;

    void run(const std::stop_token& stop);
    [[nodiscard]] Result<void> attempt(const std::stop_token& stop);
    [[nodiscard]] Result<void> write(PieceWriter& writer, Attempt& attempt,
                                     const std::stop_token& stop);
    [[nodiscard]] Result<void> group(const Checkpoint& from, Attempt& attempt,
                                     const std::stop_token& stop);
    [[nodiscard]] Result<void> follow(relay::Reader& reader, const Checkpoint& from,
                                      Attempt& attempt, const std::stop_token& stop);
    [[nodiscard]] Result<DestinationTable> read_table(DestinationCatalogue& catalogue,
                                                      const std::string& schema,
                                                      const std::string& table, Attempt& attempt,
                                                      const std::stop_token& stop);
    [[nodiscard]] Result<void> await_more(Grouper& grouper, Attempt& attempt,
                                          const std::stop_token& stop);
    void publish(const Checkpoint& checkpoint);
    void set_trouble(std::optional<Error> trouble);

    const ApplierOptions options_;
    const relay::RelayLog& relay_;
    ApplyStats stats_;

    mutable std::mutex mutex_;
    // Guarded by mutex_.
    std::optional<Checkpoint> applied_;
    std::optional<Error> error_;
    std::optional<Error> trouble_;

    std::jthread thread_;
};

}  // namespace penstock::apply
