// A relay folder for one test, removed when it goes.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "relay/relay_log.h"

namespace penstock::testing_events {

class Folder {
public:
    explicit Folder(const std::string& parent = "/tmp") {
        std::string name = parent + "/penstock-relay-XXXXXX";
        path_ = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] relay::RelayOptions options() const {
        return {path_, {"demo", "task-uuid-1", "source-uuid-1"}};
    }
    [[nodiscard]] std::string read(const std::string& file) const {
        std::ifstream stream(path_ + "/" + file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    void write(const std::string& file, const std::string& content) const {
        std::ofstream(path_ + "/" + file, std::ios::binary) << content;
    }

private:
    std::string path_;
};

}  // namespace penstock::testing_events
