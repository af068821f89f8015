#include "binlog/rotate.h"

#include "binlog/limits.h"

namespace penstock::binlog {

Result<RotateEvent> parse_rotate(const EventView& event) {
    base::ByteReader reader(event.body);
    RotateEvent rotate;
    rotate.position = reader.u64();
    rotate.file = base::as_text(reader.rest());
    if (!reader.ok()) return malformed(event, "truncated");
    if (rotate.file.empty()) return malformed(event, "no file name");
    if (rotate.file.size() > file_name_bytes_max || rotate.file.find('\0') != rotate.file.npos) {
        return malformed(event, "not a file name");
    }
    return rotate;
}

}  // namespace penstock::binlog
