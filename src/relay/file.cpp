#include "relay/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "relay/errors.h"

namespace penstock::relay {
namespace {

tl::unexpected<Error> io_error(std::string_view doing, const std::string& path) {
    const int number = errno;
    const bool full = number == ENOSPC || number == EDQUOT;
    const bool may_pass =
        full || number == EIO || number == EMFILE || number == ENFILE || number == ENOMEM;
    return fail(
        may_pass ? ErrorKind::transient : ErrorKind::definite,
        full ? error_relay_full : error_relay_io,
        fmt::format("can't {} {}: {}", doing, path, std::generic_category().message(number)),
        full ? "Free disk space in the relay folder." : "");
}

}  // namespace

Result<File> File::open(const std::string& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0640);
    if (fd < 0) return io_error("open", path);
    return File(fd, path);
}

File& File::operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    return *this;
}

File::~File() {
    if (fd_ >= 0) close(fd_);
}

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::uint8_t> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t size =
            pread(fd_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return io_error("read", path_);
        if (size == 0) break;
        done += static_cast<std::size_t>(size);
    }
    return done;
}

Result<void> File::write_at(std::uint64_t offset, std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t size = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return io_error("write", path_);
        bytes.remove_prefix(static_cast<std::size_t>(size));
        offset += static_cast<std::uint64_t>(size);
    }
    return {};
}

Result<void> File::truncate(std::uint64_t size) const {
    if (ftruncate(fd_, static_cast<off_t>(size)) != 0) return io_error("truncate", path_);
    return {};
}

Result<void> File::sync() const {
    if (fsync(fd_) != 0) return io_error("make durable", path_);
    return {};
}

Result<std::uint64_t> File::size() const {
    struct stat status {};
    if (fstat(fd_, &status) != 0) return io_error("read the size of", path_);
    return static_cast<std::uint64_t>(status.st_size);
}

Result<void> sync_directory(const std::string& directory) {
    PENSTOCK_ASSIGN(const File folder, File::open(directory, O_RDONLY | O_DIRECTORY));
    return folder.sync();
}

}  // namespace penstock::relay
