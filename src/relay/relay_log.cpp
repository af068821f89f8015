#include "relay/relay_log.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/assert.h"
#include "base/log.h"
#include "base/quantity.h"
#include "relay/errors.h"
#include "relay/limits.h"
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
    : directory_(options.directory),
      identity_(options.identity),
      retention_(options.retention),
      budget_(options.budget),
      lock_(std::move(lock)) {}

Result<void> RelayLog::recover() {
    const std::lock_guard guard(mutex_);
    PENSTOCK_ASSIGN(const std::vector<std::string> names, list_segments(directory_));
    for (const std::string& name : names) {
        if (name == names.back()) {
            PENSTOCK_ASSIGN(const std::uint64_t end, recover_segment(path(name)));
            segments_.push_back({name, end});
        } else {
            PENSTOCK_ASSIGN(const File file, File::open(path(name), O_RDONLY));
            PENSTOCK_ASSIGN(const std::uint64_t size, file.size());
            segments_.push_back({name, size});
        }
    }
    return {};
}

Position RelayLog::durable_end() const {
    const std::lock_guard guard(mutex_);
    if (segments_.empty()) return {};
    return {segments_.back().file, segments_.back().bytes};
}

std::vector<std::string> RelayLog::segments() const {
    const std::lock_guard guard(mutex_);
    std::vector<std::string> names;
    for (const Segment& segment : segments_) names.push_back(segment.file);
    return names;
}

std::uint64_t RelayLog::bytes_after(const Position& from) const {
    const std::lock_guard guard(mutex_);
    std::uint64_t total = 0;
    for (const Segment& segment : segments_) {
        if (older(segment.file, from.file)) continue;
        const std::uint64_t begin = segment.file == from.file ? from.offset : first_event_offset;
        if (segment.bytes > begin) total += segment.bytes - begin;
    }
    return total;
}

std::uint64_t RelayLog::bytes() const {
    const std::lock_guard guard(mutex_);
    return bytes_locked();
}

std::uint64_t RelayLog::bytes_locked() const {
    std::uint64_t total = 0;
    for (const Segment& segment : segments_) total += segment.bytes;
    return total;
}

bool RelayLog::is_disposable(const Segment& segment, const Position& applied) const {
    if (segment.file == segments_.back().file || !older(segment.file, applied.file)) return false;
    return std::ranges::all_of(pins_, [&](const std::string& pinned) {
        return pinned.empty() || older(segment.file, pinned);
    });
}

bool RelayLog::is_too_old(const Segment& segment) const {
    std::error_code failure;
    const auto written = std::filesystem::last_write_time(path(segment.file), failure);
    const auto age = std::filesystem::file_time_type::clock::now() - written;
    return !failure && age > retention_.keep_age;
}

bool RelayLog::has_room_ahead() const {
    const std::uint64_t ahead =
        std::min(room_ahead_bytes, budget_.bytes_max / room_ahead_share_of_budget);
    return room_locked().bytes() >= std::max(ahead, room_wanted_.load());
}

Room RelayLog::room() const {
    const std::lock_guard guard(mutex_);
    return room_locked();
}

Room RelayLog::room_locked() const {
    Room room;
    if (segments_.size() > 1 && budget_.bytes_max != Budget::unlimited) {
        const std::uint64_t taken = bytes_locked();
        room.by_budget = budget_.bytes_max - std::min(taken, budget_.bytes_max);
    }
    struct statvfs disk {};
    if (statvfs(directory_.c_str(), &disk) == 0) {
        const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
        room.on_disk = free - std::min(free, budget_.free_bytes_min);
    }
    return room;
}

std::optional<RelayLog::Segment> RelayLog::take_purgeable(const Position& applied) {
    const std::lock_guard guard(mutex_);
    std::uint64_t kept = 0;
    for (const Segment& segment : segments_) {
        if (is_disposable(segment, applied)) kept += segment.bytes;
    }
    if (segments_.empty() || !is_disposable(segments_.front(), applied)) return std::nullopt;
    const bool too_many = kept > retention_.keep_bytes;
    if (!too_many && !is_too_old(segments_.front()) && has_room_ahead()) return std::nullopt;
    Segment oldest = std::move(segments_.front());
    segments_.pop_front();
    return oldest;
}

Result<RelayLog::Purged> RelayLog::purge(const Position& applied) {
    const std::lock_guard one_at_a_time(purging_);
    Purged now;
    // A large file takes its time to go: meanwhile nobody waits for mutex_.
    while (std::optional<Segment> oldest = take_purgeable(applied)) {
        if (unlink(path(oldest->file).c_str()) != 0 && errno != ENOENT) {
            const std::string why = std::generic_category().message(errno);
            const std::string name = path(oldest->file);
            const std::lock_guard guard(mutex_);
            segments_.push_front(std::move(*oldest));
            return fail(ErrorKind::transient, error_relay_io,
                        fmt::format("can't remove {}: {}", name, why));
        }
        PENSTOCK_TRY(sync_directory(directory_));
        base::log_info("relay", "purged {}, {}: applied up to {}", oldest->file,
                       base::format_size(static_cast<double>(oldest->bytes)), applied.to_string());
        ++now.segments;
        now.bytes += oldest->bytes;
        const std::lock_guard guard(mutex_);
        ++purged_.segments;
        purged_.bytes += oldest->bytes;
    }
    return now;
}

RelayLog::Purged RelayLog::purged() const {
    const std::lock_guard guard(mutex_);
    return purged_;
}

void RelayLog::publish_segment(const std::string& file) {
    {
        const std::lock_guard guard(mutex_);
        PENSTOCK_ASSERT(segments_.empty() || older(segments_.back().file, file));
        segments_.push_back({file, first_event_offset});
    }
    grown_.notify_all();
}

void RelayLog::publish(std::uint64_t offset) {
    {
        const std::lock_guard guard(mutex_);
        PENSTOCK_ASSERT(!segments_.empty() && offset >= segments_.back().bytes);
        segments_.back().bytes = offset;
    }
    grown_.notify_all();
}

RelayLog::Pin::Pin(const RelayLog& log) : log_(log) {
    const std::lock_guard guard(log_.mutex_);
    at_ = log_.pins_.emplace(log_.pins_.end());
}

RelayLog::Pin::~Pin() {
    const std::lock_guard guard(log_.mutex_);
    log_.pins_.erase(at_);
}

void RelayLog::Pin::hold(const std::string& file) {
    const std::lock_guard guard(log_.mutex_);
    *at_ = file;
}

RelayLog::Extent RelayLog::extent(const std::string& file) const {
    const std::lock_guard guard(mutex_);
    return extent_locked(file);
}

RelayLog::Extent RelayLog::extent_locked(const std::string& file) const {
    using State = Extent::State;
    if (segments_.empty() || older(segments_.back().file, file)) return {State::awaited, 0, {}};
    const auto at = std::ranges::lower_bound(segments_, file, older, &Segment::file);
    if (at->file != file) return {State::missing, 0, at->file};
    if (at + 1 == segments_.end()) return {State::growing, at->bytes, {}};
    return {State::complete, at->bytes, (at + 1)->file};
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
