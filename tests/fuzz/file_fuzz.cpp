// A file, after a byte of how it arrives: whether its checksums are made right, and in how large
// pieces it is read. Cut, put into transactions, walked to the last row.
#include "../unit/binlog/checksums.h"
#include "../unit/binlog/support.h"
#include "binlog/event_reader.h"
#include "binlog/transaction_grammar.h"
#include "fuzz.h"

using namespace penstock::binlog;

namespace {

std::size_t read(Bytes file, std::size_t piece_bytes) {
    EventReader reader(file.first(std::min(piece_bytes, file.size())));
    TransactionGrammar grammar({.gtid_required = false, .payload_is_whole = false});
    test::Walker walker;
    while (true) {
        const auto event = reader.next();
        if (!event) break;
        if (!*event) {
            const auto at = static_cast<std::size_t>(reader.rest().data() - file.data());
            const std::size_t next = reader.rest().size() + piece_bytes;
            if (at + reader.rest().size() == file.size()) break;
            reader.continue_with(file.subspan(at, std::min(next, file.size() - at)));
            continue;
        }
        if (!grammar.feed(**event)) grammar.reset();
        static_cast<void>(walker.walk(**event));
    }
    return walker.events;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes input(data, size);
    const unsigned how = fuzz::take_byte(input);
    std::vector<std::uint8_t> file(input.begin(), input.end());
    if (how % 4 != 0) test::repair_checksums(file);
    const std::size_t events = read(file, file.size());
    if (how >= 128) PENSTOCK_ASSERT(read(file, how - 127) == events);
    return 0;
}
