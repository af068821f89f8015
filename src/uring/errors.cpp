#include "uring/errors.h"

#include <fmt/core.h>

#include <cerrno>
#include <system_error>

namespace penstock::uring {

ErrorCode write_error(int error_number) {
    const bool full = error_number == ENOSPC || error_number == EDQUOT;
    return full ? error_disk_full : error_file_write;
}

Error system_error(ErrorKind kind, ErrorCode code, std::string_view doing, int error_number) {
    std::string remedy;
    if (write_error(error_number) == error_disk_full) remedy = "Free disk space.";
    return Error{kind, code,
                 fmt::format("{}: {}", doing, std::generic_category().message(error_number)),
                 std::move(remedy)};
}

}  // namespace penstock::uring
