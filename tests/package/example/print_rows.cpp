// print_rows FILE: every row change of a binlog file of MySQL or MariaDB, as
//
//   0-1-7  shop.orders  update  id=1 state='new'  ->  id=1 state='paid'
//
// A line begins with the GTID of the transaction.

#include <penstock/binlog_reader.h>

#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

using penstock::BinlogChange;
using penstock::BinlogKind;
using penstock::Result;

namespace {

Result<void> print_image(const penstock::BinlogTable& table, const penstock::BinlogImage& image) {
    std::string text;
    for (std::size_t i = 0; i < image.size(); ++i) {
        const penstock::BinlogValue value = image[i];
        if (value.kind() == BinlogKind::absent) continue;
        text += ' ';
        text += table.column(i).name;
        text += '=';
        const bool quoted = value.kind() == BinlogKind::bytes;
        if (quoted) text += '\'';
        PENSTOCK_TRY(value.append_text(text));
        if (quoted) text += '\'';
    }
    std::cout << text;
    return {};
}

std::string_view name_of(BinlogChange change) {
    if (change == BinlogChange::insert) return "insert";
    return change == BinlogChange::update ? "update" : "delete";
}

// The rows of the event that the reader has answered last.
Result<void> print_rows(penstock::BinlogReader& reader, const penstock::BinlogRows& rows) {
    while (true) {
        PENSTOCK_ASSIGN(const penstock::BinlogRow* const row, reader.next_row());
        if (row == nullptr) return {};
        const penstock::BinlogGtid* const transaction = reader.transaction();
        std::cout << (transaction != nullptr ? transaction->to_string() : "-") << "  "
                  << rows.table.schema() << '.' << rows.table.name() << "  " << name_of(rows.change)
                  << ' ';
        PENSTOCK_TRY(print_image(rows.table, row->before));
        if (rows.change == BinlogChange::update) std::cout << "  -> ";
        PENSTOCK_TRY(print_image(rows.table, row->after));
        std::cout << '\n';
    }
}

Result<void> print_file(std::istream& file) {
    penstock::BinlogReader reader;
    std::vector<std::uint8_t> piece(1024 * 1024);
    while (true) {
        PENSTOCK_ASSIGN(const penstock::BinlogEvent* const event, reader.next());
        if (event == nullptr) {  // the reader wants more bytes
            file.read(reinterpret_cast<char*>(piece.data()),
                      static_cast<std::streamsize>(piece.size()));
            if (file.gcount() == 0) return reader.finish();
            reader.feed({piece.data(), static_cast<std::size_t>(file.gcount())});
            continue;
        }
        const auto* const rows = std::get_if<penstock::BinlogRows>(&event->content);
        if (rows != nullptr) PENSTOCK_TRY(print_rows(reader, *rows));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: print_rows FILE\n";
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    if (!file) {
        std::cerr << "can't open " << argv[1] << '\n';
        return 1;
    }
    const Result<void> printed = print_file(file);
    if (printed) return 0;
    std::cerr << argv[1] << ": " << printed.error().to_string() << '\n';
    return 1;
}
