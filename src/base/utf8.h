// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates. Pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace penstock::base {

// The length of the character that begins at `at`, 0 if none does.
[[nodiscard]] std::size_t utf8_character_bytes(std::string_view text, std::size_t at);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace penstock::base
