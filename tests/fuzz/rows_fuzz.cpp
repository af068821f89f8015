// A TABLE_MAP's body with 2 bytes of length in front, a byte of type, a rows event's body: walked
// as bounds, as values and with keys hashed, which must agree.
#include "binlog/key_hash.h"
#include "fuzz.h"

using namespace penstock::binlog;

namespace {

void require_same_bounds(const RowLayout& layout, Bytes image, Bytes columns) {
    std::vector<ColumnValue> values;
    const auto bytes = layout.split(image, columns, values);
    PENSTOCK_ASSERT(bytes && *bytes == image.size() && values.size() == layout.column_count());
    for (const ColumnValue& value : values) {
        PENSTOCK_ASSERT(value.bytes.empty() ||
                        (value.bytes.data() >= image.data() &&
                         value.bytes.data() + value.bytes.size() <= image.data() + image.size()));
    }
}

void walk(const RowLayout& layout, const KeyHasher& hasher, const RowsEvent& rows) {
    RowCursor cursor(layout, rows);
    KeyCursor keys(layout, hasher, rows);
    while (true) {
        const auto row = cursor.next();
        const auto keyed = keys.next();
        PENSTOCK_ASSERT(row.has_value() == keyed.has_value());
        if (!row) return;
        PENSTOCK_ASSERT(row->has_value() == *keyed);
        if (!*row) return;
        PENSTOCK_ASSERT((*row)->before.size() == keys.row().before.image.size());
        PENSTOCK_ASSERT((*row)->after.size() == keys.row().after.image.size());
        if (has_before_image(rows.kind)) {
            require_same_bounds(layout, (*row)->before, rows.columns_before);
        }
        if (has_after_image(rows.kind) && rows.kind != RowsKind::partial_update) {
            require_same_bounds(layout, (*row)->after, rows.columns_after);
        }
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes input(data, size);
    const fuzz::Event map_event(EventType::table_map, fuzz::take_piece(input));
    const fuzz::Event rows_event(EventType{fuzz::take_byte(input)}, input);
    const auto map = parse_table_map(map_event.view());
    const auto rows = parse_rows(rows_event.view());
    PENSTOCK_ASSERT(rows.has_value() == parse_any_rows(rows_event.view()).has_value());
    if (!map || !rows) return 0;
    const auto layout = RowLayout::compile(*map);
    const auto metadata = decode_optional_metadata(*map);
    if (!layout) return 0;
    std::vector<KeyPart> key{{layout->column_count() - 1, size % 3}};
    if (metadata && !metadata->primary_key.empty()) key = metadata->primary_key;
    const auto hasher = KeyHasher::compile(*layout, key);
    PENSTOCK_ASSERT(hasher.has_value());
    walk(*layout, *hasher, *rows);
    return 0;
}
