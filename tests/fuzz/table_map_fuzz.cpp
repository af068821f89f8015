// The body of a TABLE_MAP event: its columns, optional metadata and layout.
#include "binlog/encoding.h"
#include "binlog/row_layout.h"
#include "fuzz.h"

using namespace penstock::binlog;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Event event(EventType::table_map, Bytes(data, size));
    const auto map = parse_table_map(event.view());
    if (!map) return 0;
    const auto columns = decode_columns(*map);
    static_cast<void>(decode_optional_metadata(*map));
    const auto layout = RowLayout::compile(*map);
    PENSTOCK_ASSERT(!layout || (columns && layout->column_count() == columns->size()));
    std::string needed;
    append_needed_metadata(*map, needed);

    // Encoding it gives the same map.
    std::string again;
    append_table_map_event(again, *map, map->table_id,
                           penstock::base::as_text(map->optional_metadata));
    const auto encoded = view_event(penstock::base::as_bytes(again), ChecksumAlgorithm::none);
    PENSTOCK_ASSERT(encoded.has_value());
    const auto map_again = parse_table_map(*encoded);
    PENSTOCK_ASSERT(map_again && map_again->schema == map->schema &&
                    map_again->table == map->table && map_again->column_count == map->column_count);
    return 0;
}
