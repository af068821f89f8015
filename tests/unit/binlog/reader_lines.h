// What a BinlogReader says of a file, a line for each event and each row: for comparing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "penstock/binlog_reader.h"

namespace penstock::binlog::test {

struct ReaderLines {
    std::vector<std::string> lines;
    std::size_t rows = 0;
    std::optional<Error> error;  // where reading ended, if not at the end
};

// "table<TAB>value" of an inserted row, "before<TAB>value" and "after<TAB>value" of others. Bytes
// that are not printable ASCII, and backslashes, are \xNN; NULL is \N; an absent value nothing.
std::string image_line(std::string_view first, const BinlogImage& image);

// The file is fed in pieces whose sizes `next_size` tells; each piece is of its own memory, which
// is gone when the next one is fed.
template <class NextSize>
ReaderLines read_lines(std::string_view file, NextSize next_size,
                       BinlogReader::Options options = {});

std::string event_line(const BinlogEvent& event, const BinlogGtid* transaction);

template <class NextSize>
ReaderLines read_lines(std::string_view file, NextSize next_size, BinlogReader::Options options) {
    ReaderLines out;
    BinlogReader reader(options);
    std::vector<std::uint8_t> piece;
    while (true) {
        const auto event = reader.next();
        if (!event) {
            out.error = event.error();
            return out;
        }
        if (*event == nullptr) {
            if (file.empty()) break;
            const std::size_t size = std::min<std::size_t>(next_size(), file.size());
            std::vector<std::uint8_t>(file.begin(), file.begin() + static_cast<long>(size))
                .swap(piece);
            file.remove_prefix(size);
            reader.feed(piece);
            continue;
        }
        out.lines.push_back(event_line(**event, reader.transaction()));
        const auto* rows = std::get_if<BinlogRows>(&(*event)->content);
        while (rows != nullptr) {
            const auto row = reader.next_row();
            if (!row) {
                out.error = row.error();
                return out;
            }
            if (*row == nullptr) break;
            ++out.rows;
            const bool insert = rows->change == BinlogChange::insert;
            if (!insert) out.lines.push_back(image_line("before", (*row)->before));
            if (rows->change == BinlogChange::remove) continue;
            out.lines.push_back(image_line(insert ? rows->table.name() : "after", (*row)->after));
        }
    }
    const auto finished = reader.finish();
    if (!finished) out.error = finished.error();
    return out;
}

}  // namespace penstock::binlog::test
