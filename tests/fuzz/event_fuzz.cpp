// Any event by its type: a byte of type, a body.
#include "../unit/binlog/support.h"
#include "binlog/transaction_grammar.h"
#include "fuzz.h"

using namespace penstock::binlog;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes input(data, size);
    const EventType type{fuzz::take_byte(input)};
    const fuzz::Event event(type, input);
    test::Walker walker;
    static_cast<void>(walker.walk(event.view()));
    static_cast<void>(grammar_event(event.view()));
    return 0;
}
