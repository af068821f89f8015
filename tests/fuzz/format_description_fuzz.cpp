// The body of a FORMAT_DESCRIPTION event, whose checksum is made right.
#include "../unit/binlog/checksums.h"
#include "binlog/format_description.h"
#include "fuzz.h"

using namespace penstock::binlog;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Event event(EventType::format_description, Bytes(data, size));
    std::vector<std::uint8_t> bytes(event.view().whole.begin(), event.view().whole.end());
    static_cast<void>(parse_format_description(bytes));
    test::repair_checksum(bytes);
    static_cast<void>(parse_format_description(bytes));
    return 0;
}
