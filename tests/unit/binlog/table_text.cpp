#include "table_text.h"

#include <fmt/format.h>
#include <iterator>
#include <map>

#include "binlog/event_reader.h"
#include "binlog/format_description.h"
#include "binlog/json_diff.h"
#include "binlog/value_text.h"

namespace penstock::binlog::test {
void append_printable(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c >= 0x20 && c < 0x7F && c != '\\') {
            out += c;
        } else {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
}

Result<TableText> TableText::of(const TableMap& map, Flavour flavour) {
    TableText out;
    out.name_ = map.table;
    PENSTOCK_ASSIGN(out.layout_, RowLayout::compile(map));
    PENSTOCK_ASSIGN(const OptionalMetadata metadata, decode_optional_metadata(map, flavour));
    out.types_ = value_types(out.layout_.columns(), metadata);
    for (const auto& names : metadata.members) {
        out.members_.emplace_back(names.begin(), names.end());
    }
    if (flavour == Flavour::mariadb) out.multipoint_style_ = MultipointStyle::flat;
    return out;
}

Result<void> TableText::append_image(std::string& line, Bytes image, Bytes columns_present) const {
    std::vector<ColumnValue> columns;
    PENSTOCK_TRY(layout_.split(image, columns_present, columns));
    return append_columns(line, columns);
}

Result<void> TableText::append_after(std::string& line, const RowsEvent& rows,
                                     const RowImages& images) const {
    if (rows.kind != RowsKind::partial_update) {
        return append_image(line, images.after, rows.columns_after);
    }
    PENSTOCK_ASSIGN(const PartialImage partial, split_partial_image(layout_, images.after));
    std::vector<ColumnValue> before, after;
    PENSTOCK_TRY(layout_.split(images.before, rows.columns_before, before));
    PENSTOCK_TRY(layout_.split(partial.image, rows.columns_after, after));
    std::vector<std::string> documents(after.size());
    std::size_t json_column = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (types_[i].column.type != ColumnType::json) continue;
        const bool is_partial = partial.is_partial(json_column++);
        if (!is_partial || !after[i].present || after[i].null) continue;
        if (!before[i].present || before[i].null) {
            // With binlog_row_image=MINIMAL only the changes are there.
            PENSTOCK_TRY(parse_json_changes(after[i].content()));
            after[i].present = false;
            continue;
        }
        PENSTOCK_TRY(append_changed_json(documents[i], before[i].content(), after[i].content()));
        after[i].bytes = base::as_bytes(documents[i]);
        after[i].prefix_bytes = 0;
    }
    return append_columns(line, after);
}

Result<void> TableText::append_columns(std::string& line,
                                       const std::vector<ColumnValue>& columns) const {
    std::vector<Value> values;
    PENSTOCK_TRY(decode_values(types_, columns, values));
    for (std::size_t i = 0; i < values.size(); ++i) PENSTOCK_TRY(append_value(line, values[i], i));
    return {};
}

Result<void> TableText::append_value(std::string& line, const Value& value,
                                     std::size_t column) const {
    line += '\t';
    if (value.kind == ValueKind::null) {
        line += "\\N";
        return {};
    }
    std::vector<std::string_view> names;
    if (!members_.empty()) names.assign(members_[column].begin(), members_[column].end());
    std::string text;
    PENSTOCK_TRY(append_value_text(text, value, names));
    append_printable(line, text);
    if (value.kind == ValueKind::vector) {
        line += '\t';
        append_vector_text(line, value);
    }
    if (value.kind == ValueKind::geometry && !value.bytes.empty()) {
        line += '\t';
        return append_geometry_text(line, value.bytes, multipoint_style_);
    }
    return {};
}

Result<std::vector<std::string>> row_lines(std::string_view file) {
    EventReader reader(base::as_bytes(file));
    Flavour flavour = Flavour::mysql;
    std::map<std::uint64_t, TableText> tables;
    std::vector<std::string> lines;
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> event, reader.next());
        if (!event) return lines;
        if (event->header.type == EventType::format_description) {
            PENSTOCK_ASSIGN(const FormatDescription format, parse_format_description(event->whole));
            flavour = format.flavour();
        }
        if (event->header.type == EventType::table_map) {
            PENSTOCK_ASSIGN(const TableMap map, parse_table_map(*event));
            PENSTOCK_ASSIGN(TableText table, TableText::of(map, flavour));
            tables.insert_or_assign(map.table_id, std::move(table));
        }
        if (!is_rows(event->header.type)) continue;
        PENSTOCK_ASSIGN(const RowsEvent rows, parse_rows(*event));
        const TableText& table = tables.at(rows.table_id);
        RowCursor cursor(table.layout(), rows);
        while (true) {
            PENSTOCK_ASSIGN(const std::optional<RowImages> images, cursor.next());
            if (!images) break;
            if (!has_after_image(rows.kind)) continue;
            lines.push_back(has_before_image(rows.kind) ? "after" : table.name());
            PENSTOCK_TRY(table.append_after(lines.back(), rows, *images));
        }
    }
}

}  // namespace penstock::binlog::test
