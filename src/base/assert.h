// PENSTOCK_ASSERT: our own mistakes only, on in every build. Bytes from a network or a file must
// never reach one: they get an Error.
#pragma once

namespace penstock::base {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace penstock::base

#define PENSTOCK_ASSERT(expression)      \
    ((expression) ? static_cast<void>(0) \
                  : ::penstock::base::assertion_failed(#expression, __FILE__, __LINE__))
