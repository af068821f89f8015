#include "binlog/rows_query.h"

namespace penstock::binlog {

Result<RowsQueryEvent> parse_rows_query(const EventView& event) {
    base::ByteReader reader(event.body);
    if (event.header.type == EventType::rows_query) reader.skip(1);
    const RowsQueryEvent query{base::as_text(reader.rest())};
    if (!reader.ok()) return malformed(event, "truncated");
    return query;
}

}  // namespace penstock::binlog
