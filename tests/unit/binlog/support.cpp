#include "support.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "binlog/encoding.h"
#include "binlog/format_description.h"
#include "binlog/gtid_event.h"
#include "binlog/payload.h"
#include "binlog/previous_gtids.h"
#include "binlog/query.h"
#include "binlog/rotate.h"

namespace penstock::binlog::test {

std::optional<std::filesystem::path> binlog_folder() {
    const char* chosen = std::getenv("PENSTOCK_TEST_DATA");
    const std::filesystem::path folder =
        std::filesystem::path(chosen != nullptr ? chosen : PENSTOCK_TEST_DATA) / "binlogs";
    if (!std::filesystem::is_directory(folder)) return std::nullopt;
    return folder;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string event_bytes(EventType type, std::string_view body) {
    std::string out;
    const std::size_t start = begin_event(out, type);
    out += body;
    finish_event(out, start);
    return out;
}

EventView view_of(const std::string& event) {
    return view_event(base::as_bytes(event), ChecksumAlgorithm::none).value();
}

std::string from_base64(std::string_view text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == alphabet.npos) continue;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out.push_back(static_cast<char>(bits >> count & 0xFF));
    }
    return out;
}

std::string from_hex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    }
    return out;
}

Result<void> Walker::walk(const EventView& event) {
    ++events;
    switch (event.header.type) {
        case EventType::query:
            PENSTOCK_TRY(parse_query(event));
            return {};
        case EventType::rotate:
            PENSTOCK_TRY(parse_rotate(event));
            return {};
        case EventType::previous_gtids:
            PENSTOCK_TRY(parse_previous_gtids(event));
            return {};
        case EventType::gtid:
        case EventType::anonymous_gtid:
        case EventType::gtid_tagged:
            PENSTOCK_TRY(parse_gtid(event));
            return {};
        case EventType::table_map:
            return walk_table_map(event);
        case EventType::transaction_payload:
            return walk_payload(event);
        default:
            return is_rows(event.header.type) ? walk_rows(event) : Result<void>{};
    }
}

Result<void> Walker::walk_table_map(const EventView& event) {
    PENSTOCK_ASSIGN(const TableMap map, parse_table_map(event));
    PENSTOCK_TRY(decode_optional_metadata(map));
    PENSTOCK_ASSIGN(RowLayout layout, RowLayout::compile(map));
    std::erase_if(layouts_, [&](const auto& known) { return known.first == map.table_id; });
    layouts_.emplace_back(map.table_id, std::move(layout));
    return {};
}

Result<void> Walker::walk_rows(const EventView& event) {
    PENSTOCK_ASSIGN(const RowsEvent parsed, parse_rows(event));
    const auto at = std::find_if(layouts_.begin(), layouts_.end(),
                                 [&](const auto& known) { return known.first == parsed.table_id; });
    if (at == layouts_.end()) return malformed(event, "no map");
    std::vector<ColumnValue> values;
    RowCursor cursor(at->second, parsed);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<RowImages> images, cursor.next());
        if (!images) return {};
        ++rows;
        if (!images->before.empty()) {
            PENSTOCK_TRY(at->second.split(images->before, parsed.columns_before, values));
        }
        if (!images->after.empty() && parsed.kind != RowsKind::partial_update) {
            PENSTOCK_TRY(at->second.split(images->after, parsed.columns_after, values));
        }
    }
}

Result<void> Walker::walk_payload(const EventView& event) {
    PENSTOCK_ASSIGN(const TransactionPayload payload, parse_transaction_payload(event));
    PayloadReader reader(payload, 16U << 20);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> inner, reader.next());
        if (!inner) return {};
        if (inner->header.type == EventType::transaction_payload) {
            return malformed(*inner, "a payload inside of a payload");
        }
        ++nested;
        PENSTOCK_TRY(walk(*inner));
    }
}

}  // namespace penstock::binlog::test
