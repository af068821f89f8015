// ProgressDisplay: shows a running task, as bars redrawn in place on a terminal, as lines now and
// then elsewhere, or as JSON lines for programs. Bars and lines go to stderr, JSON to stdout.
//
// One display at a time. It has a thread of its own that takes snapshots of the TaskProgress, which
// must outlive it; finish() stops it and shows the end. Log lines and bars don't overwrite each
// other.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "task/progress.h"

namespace penstock::cli {

enum class DisplayMode : std::uint8_t { bars, lines, json };

// JSON if asked for; bars where stderr is a terminal that can redraw; else lines.
[[nodiscard]] DisplayMode choose_display_mode(bool json);

class ProgressDisplay {
public:
    ProgressDisplay(const task::TaskProgress& progress, DisplayMode mode);
    ~ProgressDisplay();
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    // Shows the last state and a summary; later calls do nothing.
    void finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penstock::cli
