// How a task's status looks in a terminal and in a log. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "task/progress.h"

namespace penstock::cli {

struct RenderStyle {
    std::size_t columns = 80;
    bool color = false;
    bool unicode = false;  // block characters instead of # and -
};

// Seven lines, one a module, then lag, apply, stages and gate where there is something to say. No
// line is wider than style.columns.
[[nodiscard]] std::vector<std::string> render_bars(const task::TaskStatus& status,
                                                   const RenderStyle& style);

// One line for logs: what runs now, how far it is, lag, apply (with its mode), stages and gate.
[[nodiscard]] std::string render_line(const task::TaskStatus& status);

// What is worth a line of its own as soon as it changes: states, not numbers.
[[nodiscard]] std::string milestone(const task::TaskStatus& status);

// The end of a run: each module with its seconds, count and rate, then totals and events.
[[nodiscard]] std::vector<std::string> render_summary(const task::TaskStatus& status);

}  // namespace penstock::cli
