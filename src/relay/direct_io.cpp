#include "relay/direct_io.h"

#include <fcntl.h>
#include <linux/stat.h>
#include <sys/stat.h>

#include "relay/limits.h"

namespace penstock::relay {

bool can_write_direct(const File& file) {
#ifdef STATX_DIOALIGN
    struct statx status {};
    if (statx(file.fd(), "", AT_EMPTY_PATH, STATX_DIOALIGN, &status) != 0) return false;
    const auto divides_block = [](unsigned alignment) {
        return alignment != 0 && block_bytes % alignment == 0;
    };
    return (status.stx_mask & STATX_DIOALIGN) != 0 && divides_block(status.stx_dio_mem_align) &&
           divides_block(status.stx_dio_offset_align);
#else
    static_cast<void>(file);
    return false;
#endif
}

}  // namespace penstock::relay
