#include "reader_lines.h"

#include <fmt/format.h>
#include <iterator>

#include "table_text.h"

namespace penstock::binlog::test {

std::string image_line(std::string_view first, const BinlogImage& image) {
    std::string line(first);
    for (std::size_t i = 0; i < image.size(); ++i) {
        line += '\t';
        const BinlogValue value = image[i];
        if (value.is_null()) {
            line += "\\N";
            continue;
        }
        const auto text = value.text();
        append_printable(line, text ? *text : text.error().to_string());
    }
    return line;
}

std::string event_line(const BinlogEvent& event, const BinlogGtid* transaction) {
    std::string line = fmt::format("{}{} {} {} {} {}", event.offset, event.in_payload ? "+" : "",
                                   event.type_name, event.bytes, static_cast<int>(event.step),
                                   transaction != nullptr ? transaction->to_string() : "-");
    if (const auto* query = std::get_if<BinlogStatement>(&event.content)) {
        line += fmt::format(" {}: ", query->schema);
        append_printable(line, query->sql);
    }
    if (const auto* map = std::get_if<BinlogTableMap>(&event.content)) {
        line += fmt::format(" {}.{}", map->table.schema(), map->table.name());
    }
    return line;
}

}  // namespace penstock::binlog::test
