#include "recording.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "binlog/checksum.h"
#include "binlog/encoding.h"
#include "binlog/format_description.h"

namespace penstock::bench {

namespace {

using namespace penstock::binlog;

constexpr std::size_t checksum_flag_from_end = 1 + checksum_bytes;
constexpr std::size_t made_up_transactions = 4000;
constexpr std::uint16_t c_bytes = 120;
constexpr std::uint16_t pad_bytes = 60;

// Gives the event that starts at `start` and ends where `out` ends its checksum.
void finish_with_checksum(std::string& out, std::size_t start) {
    out.append(checksum_bytes, '\0');
    finish_event(out, start);
    const auto summed = base::as_bytes(out).subspan(start, out.size() - start - checksum_bytes);
    base::store_le(reinterpret_cast<std::uint8_t*>(out.data()) + out.size() - checksum_bytes,
                   crc32(summed), checksum_bytes);
}

void append_row(std::string& out, std::uint64_t id, std::uint64_t k) {
    RowImageWriter(out, 4)
        .integer(id, 4)
        .integer(k, 4)
        .varchar(std::string(c_bytes - 1, static_cast<char>('a' + id % 26)), c_bytes)
        .varchar(std::string(pad_bytes - 1, static_cast<char>('0' + id % 10)), pad_bytes);
}

// GTID, BEGIN, TABLE_MAP, UPDATE_ROWS of one row of a sysbench table, XID.
void append_transaction(std::string& out, const TableShape& shape, std::uint64_t number) {
    const auto event = [&](EventType type, auto append_body) {
        const std::size_t start = begin_event(out, type);
        append_body();
        finish_with_checksum(out, start);
    };
    event(EventType::anonymous_gtid, [&] {
        base::ByteWriter(out).le(1, 1).text(std::string(16, '\0')).le(0, 8).le(2, 1);
        base::ByteWriter(out).le(number, 8).le(number + 1, 8);
    });
    event(EventType::query, [&] {
        base::ByteWriter(out).le(7, 4).le(0, 4).le(6, 1).le(0, 2).le(0, 2).text("sbtest").le(0, 1);
        base::ByteWriter(out).text("BEGIN");
    });
    std::string map;
    append_table_map_event(map, shape.table_map(), 100);
    event(EventType::table_map,
          [&] { base::ByteWriter(out).text(map.substr(event_header_bytes)); });
    event(EventType::update_rows, [&] {
        const std::string columns = shape.all_columns();
        RowsEvent heading;
        heading.kind = RowsKind::update;
        heading.table_id = 100;
        heading.flags = rows_statement_end_flag;
        heading.column_count = shape.column_count();
        heading.columns_before = base::as_bytes(columns);
        heading.columns_after = base::as_bytes(columns);
        append_rows_prefix(out, heading);
        append_row(out, number * 2654435761U % 100'000, number);
        append_row(out, number * 2654435761U % 100'000, number + 1);
    });
    event(EventType::xid, [&] { base::ByteWriter(out).le(number, 8); });
}

Recording make_up() {
    Recording recording{"made_up_one_row_updates", {}};
    std::string& out = recording.bytes;
    out.assign(binlog_magic.begin(), binlog_magic.end());
    const std::size_t start = out.size();
    out += make_format_description("9.7.0-made-up");
    auto* const bytes = reinterpret_cast<std::uint8_t*>(out.data());
    bytes[out.size() - checksum_flag_from_end] =
        static_cast<std::uint8_t>(ChecksumAlgorithm::crc32);
    out.resize(out.size() - checksum_bytes);
    finish_with_checksum(out, start);
    TableShape shape("sbtest", "sbtest1");
    shape.integer(4).integer(4).varchar(c_bytes).varchar(pad_bytes);
    for (std::size_t i = 0; i < made_up_transactions; ++i) append_transaction(out, shape, i);
    return recording;
}

}  // namespace

std::vector<Recording> recordings() {
    const char* folder = std::getenv("PENSTOCK_RECORDINGS");
    if (folder == nullptr) return {make_up()};
    std::vector<Recording> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".binlog") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        all.push_back({entry.path().stem().string(), {std::istreambuf_iterator<char>(in), {}}});
    }
    std::sort(all.begin(), all.end(),
              [](const Recording& a, const Recording& b) { return a.name < b.name; });
    return all;
}

}  // namespace penstock::bench
