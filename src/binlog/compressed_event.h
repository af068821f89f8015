// MariaDB's compressed events (log_bin_compress): QUERY and rows events whose last part, the text
// or the row images, is compressed.
//
// Layout of that part: u8 with 0x80 set, the method in the bits 0x70 (0: zlib, the only one) and in
// the lowest three bits how many bytes, most significant first, of expanded length follow; then a
// zlib stream. Source: MariaDB 10.11 sql/log_event.cc (binlog_buf_uncompress,
// query_event_uncompress, row_log_event_uncompress). Pure, any thread.
#pragma once

#include <cstddef>
#include <string>

#include "binlog/event_view.h"

namespace penstock::binlog {

// The ordinary event that is_compressed(event.header.type) stands for, without checksum, in
// `buffer`, which it overwrites: the view is valid as long as the buffer is not changed. Errors:
// not compressed as above, or larger than event_bytes_max when expanded. Memory is claimed only for
// what the compressed bytes can expand to.
[[nodiscard]] Result<EventView> expand_event(const EventView& event, std::string& buffer);

}  // namespace penstock::binlog
