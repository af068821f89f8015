// File: an open file descriptor that is closed when it goes, and the few file operations of the
// relay log, with errors that name the file. Any thread, one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "penstock/result.h"

namespace penstock::relay {

class File {
public:
    File() = default;
    // `flags` as in open(2); close-on-exec is added, new files get mode 0640.
    [[nodiscard]] static Result<File> open(const std::string& path, int flags);
    File(File&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}
    File& operator=(File&& other) noexcept;
    ~File();

    // Fills `into` from `offset` on as far as the file goes; returns how far.
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                              std::span<std::uint8_t> into) const;
    [[nodiscard]] Result<void> write_at(std::uint64_t offset, std::string_view bytes) const;
    [[nodiscard]] Result<void> truncate(std::uint64_t size) const;
    // fsync, data and metadata; for a folder: the names in it.
    [[nodiscard]] Result<void> sync() const;
    [[nodiscard]] Result<std::uint64_t> size() const;

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    File(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    int fd_ = -1;
    std::string path_;
};

// Makes creations, renames and removals in `directory` durable.
[[nodiscard]] Result<void> sync_directory(const std::string& directory);

}  // namespace penstock::relay
