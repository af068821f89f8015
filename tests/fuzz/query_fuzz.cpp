// The body of a QUERY event, and its text as one that is not in an event.
#include "binlog/query.h"
#include "fuzz.h"

using namespace penstock;
using namespace penstock::binlog;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Event event(EventType::query, Bytes(data, size));
    const auto query = parse_query(event.view());
    if (query) static_cast<void>(classify_query(query->sql));
    static_cast<void>(classify_query(base::as_text(Bytes(data, size))));
    return 0;
}
