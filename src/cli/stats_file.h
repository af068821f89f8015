// StatsFile: writes what each stage of a running task does, one JSON line an interval and one at
// the end (task/stage_json.h has the schema), each with one write, so that others may follow the
// file.
//
// It has a thread of its own that takes snapshots of the TaskProgress, which must outlive it. A
// line that can't be written (a full disk) is no reason to stop a task: that is logged, once, and
// nothing more is written.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "penstock/result.h"
#include "task/progress.h"

namespace penstock::cli {

class StatsFile {
public:
    // Appends to a file that is there. error_output_failed: it can't be opened.
    [[nodiscard]] static Result<std::unique_ptr<StatsFile>> open(
        const std::filesystem::path& file, std::chrono::milliseconds interval,
        const task::TaskProgress& progress);
    ~StatsFile();
    StatsFile(const StatsFile&) = delete;
    StatsFile& operator=(const StatsFile&) = delete;

    // Writes the last line; later calls do nothing.
    void finish();

private:
    struct Impl;
    explicit StatsFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace penstock::cli
