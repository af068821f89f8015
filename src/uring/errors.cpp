#include "uring/errors.h"

#include <fmt/core.h>

#include <cerrno>
#include <system_error>

namespace penstock::uring {

Error system_error(ErrorKind kind, ErrorCode code, std::string_view doing, int error_number) {
    std::string remedy;
    if (error_number == ENOSPC || error_number == EDQUOT) remedy = "Free disk space.";
    return Error{kind, code,
                 fmt::format("{}: {}", doing, std::generic_category().message(error_number)),
                 std::move(remedy)};
}

}  // namespace penstock::uring
