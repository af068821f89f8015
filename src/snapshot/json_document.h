// A JSON document of its text and its types, exactly. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "penstock/result.h"

namespace penstock::snapshot {

// `text` as the server prints it, `types` as json_types.h lists them. The document's binary form,
// or nullopt if a server that parses the text makes the same document of it. Error: the two don't
// fit each other, or hold something that is not known.
[[nodiscard]] Result<std::optional<std::string>> exact_json(std::string_view text,
                                                            std::string_view types);

}  // namespace penstock::snapshot
