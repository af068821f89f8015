#include "support.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "binlog/compressed_event.h"
#include "binlog/encoding.h"
#include "binlog/row_extra_info.h"

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

std::string read_real_file(const std::filesystem::path& path) {
    if (path.extension() != ".gz") return read_file(path);
    std::string bytes;
    gzFile in = gzopen(path.c_str(), "rb");
    std::array<char, 65536> piece{};
    for (int n = 0; (n = gzread(in, piece.data(), piece.size())) > 0;) {
        bytes.append(piece.data(), static_cast<std::size_t>(n));
    }
    gzclose(in);
    return bytes;
}

std::vector<RealFile> real_files(const std::filesystem::path& folder) {
    std::ifstream in(folder / "oracle.tsv");
    std::string line;
    std::getline(in, line);
    std::vector<RealFile> files;
    while (std::getline(in, line)) {
        std::istringstream fields(line);
        std::string file, bytes, mysql, mariadb;
        fields >> file >> bytes >> mysql >> mariadb;
        files.push_back({file, mysql == "0", mariadb == "0"});
    }
    return files;
}

std::string recorded_file(std::string_view name) {
    const std::string bytes = read_file(std::filesystem::path(PENSTOCK_RECORDED_DATA) / name);
    if (bytes.empty()) throw std::runtime_error("no recorded file " + std::string(name));
    return bytes;
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
    const auto walked = walk_decoded(event);
    if (walked || walked.error().text.find("at offset") != std::string::npos) return walked;
    return tl::unexpected<Error>(located(event, walked.error()));
}

Result<void> Walker::walk_decoded(const EventView& event) {
    ++events;
    PENSTOCK_ASSIGN(const DecodedEvent decoded, decode_event(event, flavour_));
    if (const auto* format = std::get_if<FormatDescription>(&decoded)) flavour_ = format->flavour();
    if (const auto* map = std::get_if<TableMap>(&decoded)) return walk_table_map(*map);
    if (const auto* parsed = std::get_if<RowsEvent>(&decoded)) return walk_rows(event, *parsed);
    if (std::holds_alternative<CompressedEvent>(decoded)) return walk_compressed(event);
    if (const auto* payload = std::get_if<TransactionPayload>(&decoded)) {
        return walk_payload(*payload);
    }
    return {};
}

Result<void> Walker::walk_table_map(const TableMap& map) {
    PENSTOCK_ASSIGN(TableText table, TableText::of(map, flavour_));
    std::erase_if(tables_, [&](const auto& known) { return known.first == map.table_id; });
    tables_.emplace_back(map.table_id, std::move(table));
    return {};
}

Result<void> Walker::walk_rows(const EventView& event, const RowsEvent& parsed) {
    PENSTOCK_TRY(decode_extra_info(parsed));
    const auto at = std::find_if(tables_.begin(), tables_.end(),
                                 [&](const auto& known) { return known.first == parsed.table_id; });
    if (at == tables_.end()) return malformed(event, "no map");
    const TableText& table = at->second;
    std::string text;
    RowCursor cursor(table.layout(), parsed);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<RowImages> images, cursor.next());
        if (!images) return {};
        ++rows;
        text.clear();
        if (!images->before.empty()) {
            PENSTOCK_TRY(table.append_image(text, images->before, parsed.columns_before));
        }
        if (!images->after.empty()) PENSTOCK_TRY(table.append_after(text, parsed, *images));
    }
}

Result<void> Walker::walk_payload(const TransactionPayload& payload) {
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

Result<void> Walker::walk_compressed(const EventView& event) {
    std::string buffer;
    PENSTOCK_ASSIGN(const EventView ordinary, expand_event(event, buffer));
    ++expanded;
    return walk(ordinary);
}

}  // namespace penstock::binlog::test
