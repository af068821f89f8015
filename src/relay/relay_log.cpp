#include "relay/relay_log.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/assert.h"
#include "relay/errors.h"
#include "relay/recovery.h"
#include "relay/segment_window.h"

namespace penstock::relay {
namespace {

bool older(const std::string& a, const std::string& b) {
    return Position{a, 0} < Position{b, 0};
}

Result<File> lock_directory(const std::string& directory) {
    PENSTOCK_ASSIGN(File lock, File::open(directory + "/relay.lock", O_RDWR | O_CREAT));
    if (flock(lock.fd(), LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorKind::refused, error_relay_locked,
                    fmt::format("relay folder {} is in use by another process", directory),
                    "Stop the other penstock that runs this task.");
    }
    return lock;
}

// The segments in order. Files that have no number are not segments.
Result<std::vector<std::string>> list_segments(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(directory, failure)) {
        std::string name = entry.path().filename().string();
        if (file_number(name)) names.push_back(std::move(name));
    }
    if (failure) {
        return fail(ErrorKind::definite, error_relay_io,
                    fmt::format("can't list {}: {}", directory, failure.message()));
    }
    std::ranges::sort(names, older);
    for (std::size_t i = 1; i < names.size(); ++i) {
        const bool follows = file_base(names[i]) == file_base(names[i - 1]) &&
                             *file_number(names[i]) == *file_number(names[i - 1]) + 1;
        if (follows) continue;
        return fail(ErrorKind::corrupt, error_relay_corrupt,
                    fmt::format("relay folder {} has {} after {}: a segment is missing or foreign",
                                directory, names[i], names[i - 1]),
                    "Remove the relay folder and capture again.");
    }
    return names;
}

}  // namespace

Result<std::unique_ptr<RelayLog>> RelayLog::open(const RelayOptions& options) {
    std::error_code failure;
    std::filesystem::create_directories(options.directory, failure);
    if (failure) {
        return fail(
            ErrorKind::definite, error_relay_io,
            fmt::format("can't create relay folder {}: {}", options.directory, failure.message()));
    }
    PENSTOCK_ASSIGN(File lock, lock_directory(options.directory));
    PENSTOCK_TRY(claim_directory(options.directory, options.identity));
    std::unique_ptr<RelayLog> log(new RelayLog(options, std::move(lock)));
    PENSTOCK_TRY(log->recover());
    return log;
}

RelayLog::RelayLog(const RelayOptions& options, File lock)
    : directory_(options.directory), identity_(options.identity), lock_(std::move(lock)) {}

Result<void> RelayLog::recover() {
    const std::lock_guard guard(mutex_);
    PENSTOCK_ASSIGN(segments_, list_segments(directory_));
    if (segments_.empty()) return {};
    PENSTOCK_ASSIGN(durable_offset_, recover_segment(path(segments_.back())));
    return {};
}

Position RelayLog::durable_end() const {
    const std::lock_guard guard(mutex_);
    if (segments_.empty()) return {};
    return {segments_.back(), durable_offset_};
}

std::vector<std::string> RelayLog::segments() const {
    const std::lock_guard guard(mutex_);
    return segments_;
}

std::uint64_t RelayLog::bytes_after(const Position& from) const {
    const std::lock_guard guard(mutex_);
    std::uint64_t total = 0;
    for (const std::string& segment : segments_) {
        if (older(segment, from.file)) continue;
        std::error_code failure;
        const bool last = segment == segments_.back();
        const std::uint64_t size =
            last ? durable_offset_ : std::filesystem::file_size(path(segment), failure);
        if (failure) continue;
        const std::uint64_t begin = segment == from.file ? from.offset : first_event_offset;
        if (size > begin) total += size - begin;
    }
    return total;
}

Result<void> RelayLog::remove_before(const std::string& file) {
    const std::lock_guard guard(mutex_);
    // Oldest first and one by one, so that a crash leaves no gap; the last one always stays.
    while (segments_.size() > 1 && older(segments_.front(), file)) {
        if (unlink(path(segments_.front()).c_str()) != 0 && errno != ENOENT) {
            return fail(ErrorKind::transient, error_relay_io,
                        fmt::format("can't remove {}: {}", path(segments_.front()),
                                    std::generic_category().message(errno)));
        }
        segments_.erase(segments_.begin());
    }
    return {};
}

void RelayLog::publish_segment(const std::string& file) {
    {
        const std::lock_guard guard(mutex_);
        PENSTOCK_ASSERT(segments_.empty() || older(segments_.back(), file));
        segments_.push_back(file);
        durable_offset_ = first_event_offset;
    }
    grown_.notify_all();
}

void RelayLog::publish(std::uint64_t offset) {
    {
        const std::lock_guard guard(mutex_);
        PENSTOCK_ASSERT(!segments_.empty() && offset >= durable_offset_);
        durable_offset_ = offset;
    }
    grown_.notify_all();
}

RelayLog::Extent RelayLog::extent(const std::string& file) const {
    const std::lock_guard guard(mutex_);
    return extent_locked(file);
}

RelayLog::Extent RelayLog::extent_locked(const std::string& file) const {
    using State = Extent::State;
    if (segments_.empty() || older(segments_.back(), file)) return {State::awaited, 0, {}};
    if (file == segments_.back()) return {State::growing, durable_offset_, {}};
    const auto at = std::ranges::lower_bound(segments_, file, older);
    if (*at != file) return {State::missing, 0, *at};
    return {State::complete, 0, *(at + 1)};
}

bool RelayLog::wait_beyond(const std::string& file, std::uint64_t offset,
                           const std::stop_token& stop) const {
    std::unique_lock guard(mutex_);
    return grown_.wait(guard, stop, [&] {
        const Extent now = extent_locked(file);
        if (now.state == Extent::State::awaited) return false;
        return now.state != Extent::State::growing || now.durable_offset > offset;
    });
}

}  // namespace penstock::relay
