#include "table_text.h"

#include <fmt/format.h>
#include <iterator>
#include <map>

#include "binlog/event_reader.h"
#include "binlog/json_diff.h"
#include "binlog/value_text.h"

namespace penstock::binlog::test {
namespace {

void append_printable(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c >= 0x20 && c < 0x7F && c != '\\') {
            out += c;
        } else {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
}

bool has_collation(ColumnType type) {
    switch (type) {
        case ColumnType::string:
        case ColumnType::varchar:
        case ColumnType::varchar_compressed:
        case ColumnType::blob:
        case ColumnType::blob_compressed:
            return true;
        default:
            return false;
    }
}

// The optional fields DEFAULT_CHARSET (a collation, then exceptions) and COLUMN_CHARSET.
void set_collations(std::vector<ValueType>& types, const TableMap& map) {
    std::vector<ValueType*> text;
    for (ValueType& type : types) {
        if (has_collation(type.column.type)) text.push_back(&type);
    }
    base::ByteReader reader(map.optional_metadata);
    while (reader.remaining() > 0) {
        const std::uint8_t field = reader.u8();
        base::ByteReader value(reader.view(reader.length_encoded()));
        if (field == 2) {
            const std::uint64_t by_default = value.length_encoded();
            for (ValueType* type : text) type->collation = static_cast<std::uint16_t>(by_default);
            while (value.remaining() > 0) {
                ValueType* const type = text.at(value.length_encoded());
                type->collation = static_cast<std::uint16_t>(value.length_encoded());
            }
        }
        for (std::size_t i = 0; field == 3 && i < text.size(); ++i) {
            text[i]->collation = static_cast<std::uint16_t>(value.length_encoded());
        }
    }
}

struct Table {
    std::string name;
    RowLayout layout;
    std::vector<ValueType> types;
};

class Printer {
public:
    explicit Printer(MultipointStyle multipoint_style) : multipoint_style_(multipoint_style) {}

    Result<void> take(const EventView& event) {
        if (event.header.type == EventType::table_map) return take_map(event);
        return is_rows(event.header.type) ? take_rows(event) : Result<void>{};
    }

    std::vector<std::string> lines;

private:
    Result<void> take_map(const EventView& event) {
        PENSTOCK_ASSIGN(const TableMap map, parse_table_map(event));
        PENSTOCK_ASSIGN(RowLayout layout, RowLayout::compile(map));
        PENSTOCK_ASSIGN(const OptionalMetadata metadata, decode_optional_metadata(map));
        std::vector<ValueType> types = value_types(layout.columns(), metadata);
        set_collations(types, map);
        tables_.insert_or_assign(
            map.table_id, Table{std::string(map.table), std::move(layout), std::move(types)});
        return {};
    }

    Result<void> take_rows(const EventView& event) {
        PENSTOCK_ASSIGN(const RowsEvent rows, parse_rows(event));
        const Table& table = tables_.at(rows.table_id);
        RowCursor cursor(table.layout, rows);
        while (true) {
            PENSTOCK_ASSIGN(const std::optional<RowImages> images, cursor.next());
            if (!images) return {};
            if (rows.kind == RowsKind::remove) continue;
            std::string& line =
                lines.emplace_back(has_before_image(rows.kind) ? "after" : table.name);
            if (rows.kind == RowsKind::partial_update) {
                PENSTOCK_TRY(append_partial(line, table, rows, *images));
                continue;
            }
            std::vector<ColumnValue> values;
            PENSTOCK_TRY(table.layout.split(images->after, rows.columns_after, values));
            for (std::size_t i = 0; i < values.size(); ++i) {
                PENSTOCK_TRY(append_value(line, table.types[i], values[i]));
            }
        }
    }

    Result<void> append_partial(std::string& line, const Table& table, const RowsEvent& rows,
                                const RowImages& images) {
        PENSTOCK_ASSIGN(const PartialImage partial,
                        split_partial_image(table.layout, images.after));
        std::vector<ColumnValue> before, after;
        PENSTOCK_TRY(table.layout.split(images.before, rows.columns_before, before));
        PENSTOCK_TRY(table.layout.split(partial.image, rows.columns_after, after));
        std::size_t json_column = 0;
        for (std::size_t i = 0; i < after.size(); ++i) {
            const bool is_json = table.types[i].column.type == ColumnType::json;
            std::string changed;
            if (is_json && partial.is_partial(json_column)) {
                PENSTOCK_TRY(append_changed_json(changed, before[i].content(), after[i].content()));
                after[i].bytes = base::as_bytes(changed);
                after[i].prefix_bytes = 0;
            }
            if (is_json) ++json_column;
            PENSTOCK_TRY(append_value(line, table.types[i], after[i]));
        }
        return {};
    }

    Result<void> append_value(std::string& line, const ValueType& type, const ColumnValue& column) {
        PENSTOCK_ASSIGN(const Value value, decode_value(type, column));
        line += '\t';
        if (value.kind == ValueKind::null) {
            line += "\\N";
            return {};
        }
        std::string text;
        PENSTOCK_TRY(append_value_text(text, value));
        append_printable(line, text);
        if (value.kind == ValueKind::vector) {
            line += '\t';
            append_vector_text(line, value);
        }
        if (value.kind == ValueKind::geometry) {
            line += '\t';
            return append_geometry_text(line, value.bytes, multipoint_style_);
        }
        return {};
    }

    std::map<std::uint64_t, Table> tables_;
    MultipointStyle multipoint_style_;
};

}  // namespace

Result<std::vector<std::string>> row_lines(std::string_view file,
                                           MultipointStyle multipoint_style) {
    EventReader reader(base::as_bytes(file));
    Printer printer(multipoint_style);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> event, reader.next());
        if (!event) return std::move(printer.lines);
        PENSTOCK_TRY(printer.take(*event));
    }
}

}  // namespace penstock::binlog::test
