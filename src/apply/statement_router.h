// Where a statement of the stream goes: applied, held for the gate, ignored with a count, or a
// reason to stop the task. Pure, any thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "schema/ddl.h"

namespace penstock::apply {

enum class Route : std::uint8_t { apply, hold, ignore, stop };

struct Routing {
    Route route = Route::stop;
    std::string reason;  // of ignore and stop, for people
};

// `databases`: the selected ones. A statement that names objects inside and outside the selection
// stops the task: applying a half of it would be a guess.
[[nodiscard]] Routing route_statement(const schema::Statement& statement,
                                      const std::set<std::string>& databases);

}  // namespace penstock::apply
