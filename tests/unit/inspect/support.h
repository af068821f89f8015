// Files for the tests of inspect.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::inspect::test {

// A file that is gone with the object.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view bytes);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string gzip(std::string_view bytes);
std::string zstd(std::string_view bytes);

// A real binlog file, or nullopt where the folder of real files is absent: then a test skips.
std::optional<std::string> real_file(const std::string& name);

// One of tests/unit/binlog/data.
std::string recorded_file(const std::string& name);

}  // namespace penstock::inspect::test
