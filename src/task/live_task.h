// LiveTask: what a running task has open, for its phases: the task's row and fence, the relay log
// with capture, the connection for bookkeeping, the reporter. Made by the coordinator; one thread,
// but for what says otherwise.
#pragma once

#include <memory>
#include <set>
#include <stop_token>
#include <string>

#include "capture/capture.h"
#include "gate/ledger.h"
#include "mysql/connection.h"
#include "penstock/result.h"
#include "relay/relay_log.h"
#include "schema/object_ledger.h"
#include "task/progress.h"
#include "task/reporter.h"
#include "task/spec.h"
#include "task/store.h"

namespace penstock::task {

class LiveTask {
public:
    // Takes the task over: its row, tables and fence token in the destination, the run lock, the
    // relay folder.
    [[nodiscard]] static Result<std::unique_ptr<LiveTask>> open(const TaskSpec& spec,
                                                                TaskProgress& progress);
    ~LiveTask();
    LiveTask(const LiveTask&) = delete;
    LiveTask& operator=(const LiveTask&) = delete;

    // Starts capture and waits until the relay log has its first bytes.
    [[nodiscard]] Result<void> start_capture(const std::stop_token& stop);
    void stop_capture();
    // Lets the relay log remove what lies behind `applied`, the position of a checkpoint that is
    // committed in the destination. A failure is logged, and mended by the next call if it can be.
    void purge_relay(const relay::Position& applied);
    // How far capture is in the binlog files that are the source.
    [[nodiscard]] capture::FilesRead files_read() const;
    // The error that ended capture, if one did.
    [[nodiscard]] Result<void> check_capture() const;

    // True when an earlier run, or this one, has finished the module.
    [[nodiscard]] bool is_done(ModuleId id) const;
    // Ends the module and stores that.
    [[nodiscard]] Result<void> finish(ModuleId id, ModuleState state = ModuleState::done);

    [[nodiscard]] Result<void> check_fence(mysql::Connection& destination) const;

    [[nodiscard]] const TaskSpec& spec() const { return spec_; }
    [[nodiscard]] TaskProgress& progress() { return progress_; }
    [[nodiscard]] Reporter& reporter() { return *reporter_; }
    [[nodiscard]] TaskRecord& record() { return record_; }
    // For bookkeeping, outside any transaction between uses.
    [[nodiscard]] mysql::Connection& destination() { return destination_; }
    [[nodiscard]] const relay::RelayLog* relay() const { return relay_.get(); }
    [[nodiscard]] gate::Ledger& gate_ledger() { return gate_ledger_; }
    [[nodiscard]] const schema::ObjectLedger& objects() const { return objects_; }
    [[nodiscard]] std::set<std::string> databases() const {
        return {spec_.databases.begin(), spec_.databases.end()};
    }

private:
    LiveTask(const TaskSpec& spec, TaskProgress& progress, RunLock lock,
             mysql::Connection destination, TaskRecord record, schema::ObjectLedger objects);
    [[nodiscard]] Result<std::string> start_file();

    const TaskSpec& spec_;
    TaskProgress& progress_;
    RunLock lock_;
    mysql::Connection destination_;
    TaskRecord record_;
    schema::ObjectLedger objects_;
    gate::Ledger gate_ledger_;
    std::unique_ptr<Reporter> reporter_;
    std::unique_ptr<relay::RelayLog> relay_;
    std::unique_ptr<capture::Capture> capture_;
    Reporter::Watch capture_watch_;
};

}  // namespace penstock::task
