#include "gate/release_context.h"

#include <fmt/format.h>

#include "base/errors.h"
#include "gate/errors.h"

namespace penstock::gate {

void ReleaseContext::announce(std::string step, std::size_t done, std::size_t total) const {
    if (callbacks.progress) callbacks.progress({state, std::move(step), done, total});
}

Result<void> ReleaseContext::owned(const std::function<Result<void>()>& body) const {
    return owned_transaction(destination, callbacks.check_owner, body);
}

Result<void> ReleaseContext::owned_execute(const std::string& sql) const {
    return owned([&]() -> Result<void> {
        PENSTOCK_TRY(destination.execute(sql));
        return {};
    });
}

Result<void> ReleaseContext::move(GateMove move, std::string_view assignments) {
    return owned([&]() -> Result<void> {
        PENSTOCK_ASSIGN(state, move_gate(destination, options.task, state, move, assignments));
        return {};
    });
}

Result<void> ReleaseContext::check_interruption() const {
    if (options.stop.stop_requested()) {
        return fail(ErrorKind::cancelled, base::error_cancelled, "the release was stopped");
    }
    PENSTOCK_ASSIGN(const std::optional<GateRow> gate, read_gate(destination, options.task));
    if (gate && gate->withdrawal_asked) {
        return fail(ErrorKind::definite, error_withdrawn, "the release was withdrawn on request");
    }
    return {};
}

}  // namespace penstock::gate
