// A byte that chooses between GTID, ANONYMOUS_GTID, GTID_TAGGED and PREVIOUS_GTIDS, and a body.
// What is read as a set is written and read again.
#include "binlog/gtid_event.h"
#include "binlog/previous_gtids.h"
#include "fuzz.h"

using namespace penstock;
using namespace penstock::binlog;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes input(data, size);
    constexpr EventType types[] = {EventType::gtid, EventType::anonymous_gtid,
                                   EventType::gtid_tagged, EventType::previous_gtids};
    const fuzz::Event event(types[fuzz::take_byte(input) % 4], input);
    if (event.view().header.type != EventType::previous_gtids) {
        static_cast<void>(parse_gtid(event.view()));
        return 0;
    }
    const auto set = parse_previous_gtids(event.view());
    if (!set) return 0;
    const std::string encoded = encode_gtid_set(*set);
    const auto again = decode_gtid_set(base::as_bytes(encoded));
    PENSTOCK_ASSERT(again && *again == *set);
    const auto text = GtidSet::parse(set->to_string());
    PENSTOCK_ASSERT(text && *text == *set);
    return 0;
}
