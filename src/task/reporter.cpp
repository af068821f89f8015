#include "task/reporter.h"

#include <chrono>
#include <condition_variable>
#include <utility>

#include "base/log.h"
#include "task/store.h"

namespace penstock::task {
namespace {

constexpr std::chrono::milliseconds gather_interval{250};
constexpr int gathers_per_store = 4;

}  // namespace

Reporter::Watch& Reporter::Watch::operator=(Watch&& other) noexcept {
    if (this == &other) return *this;
    remove();
    reporter_ = std::exchange(other.reporter_, nullptr);
    gauge_ = other.gauge_;
    return *this;
}

void Reporter::Watch::remove() {
    if (reporter_ == nullptr) return;
    const std::lock_guard lock(reporter_->gauges_mutex_);
    (*gauge_)(reporter_->progress_);  // its last numbers
    reporter_->gauges_.erase(gauge_);
    reporter_ = nullptr;
}

Reporter::Reporter(TaskProgress& progress, mysql::Connection& connection, std::uint64_t token)
    : progress_(progress),
      token_(token),
      connection_(connection),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Reporter::~Reporter() {
    thread_.request_stop();
    thread_.join();
    const Result<void> stored = store();
    if (!stored) base::log_debug("task", "{}", stored.error().text);
}

Reporter::Watch Reporter::watch(Gauge gauge) {
    const std::lock_guard lock(gauges_mutex_);
    gauges_.push_back(std::move(gauge));
    return {*this, std::prev(gauges_.end())};
}

Result<void> Reporter::store() {
    gather();
    const std::lock_guard lock(store_mutex_);
    return save_status(connection_, token_, progress_.snapshot());
}

void Reporter::gather() {
    const std::lock_guard lock(gauges_mutex_);
    for (const Gauge& gauge : gauges_) gauge(progress_);
}

void Reporter::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    for (int round = 0; !stop.stop_requested(); ++round) {
        gather();
        if (round % gathers_per_store == 0) {
            // A status that can't be stored is no reason to stop: what moves data is fenced itself.
            const Result<void> stored = store();
            if (!stored) base::log_debug("task", "status not stored: {}", stored.error().text);
        }
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, gather_interval, [] { return false; });
    }
}

}  // namespace penstock::task
