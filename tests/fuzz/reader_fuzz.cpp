// A file, after a byte that says in how large pieces it comes and whether its checksums are made
// right, through the public reader: every event, row and value, and their texts.
#include "../unit/binlog/checksums.h"
#include "fuzz.h"
#include "penstock/binlog_reader.h"

using namespace penstock;

namespace {

void look_at(const BinlogImage& image, std::string& text) {
    for (std::size_t i = 0; i < image.size(); ++i) {
        text.clear();
        static_cast<void>(image[i].append_text(text));  // damaged values are errors
    }
}

// False: no more rows can be had.
bool read_rows(BinlogReader& reader) {
    std::string text;
    while (true) {
        const auto row = reader.next_row();
        if (!row) return false;
        if (*row == nullptr) return true;
        look_at((*row)->before, text);
        look_at((*row)->after, text);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    binlog::Bytes input(data, size);
    const std::uint8_t how = binlog::fuzz::take_byte(input);
    std::vector<std::uint8_t> file(input.begin(), input.end());
    if ((how & 1) != 0) binlog::test::repair_checksums(file);
    const std::size_t piece_bytes = how < 128 ? file.size() + 1 : 1U + how;
    BinlogReader reader({.check_order = (how & 2) != 0});
    std::size_t at = 0;
    while (true) {
        const auto event = reader.next();
        if (!event) return 0;
        if (*event == nullptr) {
            if (at == file.size()) break;
            const std::size_t bytes = std::min(piece_bytes, file.size() - at);
            reader.feed(std::span(file).subspan(at, bytes));
            at += bytes;
            continue;
        }
        static_cast<void>(reader.transaction());
        if (std::holds_alternative<BinlogRows>((*event)->content) && !read_rows(reader)) return 0;
    }
    static_cast<void>(reader.finish());
    return 0;
}
