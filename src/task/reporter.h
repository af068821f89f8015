// Reporter: keeps a running task's picture true. A few times a second it asks the components for
// their numbers; each second it stores the status in the destination, where other processes read
// it. One thread of its own; watch() from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "mysql/connection.h"
#include "task/progress.h"

namespace penstock::task {

class Reporter {
public:
    using Gauge = std::function<void(TaskProgress&)>;

    // Removes its gauge when it goes; the gauge is not called after that.
    class Watch {
    public:
        Watch() = default;
        Watch(Reporter& reporter, std::list<Gauge>::iterator gauge)
            : reporter_(&reporter), gauge_(gauge) {}
        Watch(Watch&& other) noexcept { *this = std::move(other); }
        Watch& operator=(Watch&& other) noexcept;
        ~Watch() { remove(); }

    private:
        void remove();
        Reporter* reporter_ = nullptr;
        std::list<Gauge>::iterator gauge_;
    };

    // `connection` is the run lock's: what is stored keeps it alive. It and `progress` must outlive
    // the reporter, which uses the connection alone.
    Reporter(TaskProgress& progress, mysql::Connection& connection, std::uint64_t token);
    ~Reporter();  // stores the status a last time
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;

    [[nodiscard]] Watch watch(Gauge gauge);
    // Stores the status now: at the end of a module, before the next one begins.
    [[nodiscard]] Result<void> store();

private:
    void run(const std::stop_token& stop);
    void gather();

    TaskProgress& progress_;
    const std::uint64_t token_;

    std::mutex gauges_mutex_;
    std::list<Gauge> gauges_;  // guarded by gauges_mutex_

    std::mutex store_mutex_;
    mysql::Connection& connection_;  // guarded by store_mutex_

    std::jthread thread_;
};

}  // namespace penstock::task
