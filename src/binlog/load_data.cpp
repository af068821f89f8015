#include "binlog/load_data.h"

#include <fmt/core.h>

namespace penstock::binlog {

Result<LoadBlockEvent> parse_load_block(const EventView& event) {
    base::ByteReader reader(event.body);
    LoadBlockEvent load;
    load.file_id = reader.u32();
    load.block = reader.rest();
    if (!reader.ok()) return malformed(event, "truncated");
    return load;
}

Result<ExecuteLoadQueryEvent> parse_execute_load_query(const EventView& event) {
    ExecuteLoadQueryEvent load;
    PENSTOCK_ASSIGN(load.query, parse_query(event));
    base::ByteReader reader(event.body.subspan(query_fixed_bytes));
    load.file_id = reader.u32();
    load.name_start = reader.u32();
    load.name_end = reader.u32();
    load.duplicates = LoadDuplicates{reader.u8()};
    if (load.name_start > load.name_end || load.name_end > load.query.sql.size()) {
        return malformed(event, "the file's name is outside of the text");
    }
    if (load.duplicates > LoadDuplicates::replace) {
        return malformed(event,
                         fmt::format("duplicates {}", static_cast<unsigned>(load.duplicates)));
    }
    return load;
}

}  // namespace penstock::binlog
