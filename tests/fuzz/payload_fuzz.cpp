// The body of a TRANSACTION_PAYLOAD event, as it is; and taken for what zstd is to compress, so
// that damage reaches what reads the events inside.
#include <zstd.h>

#include "binlog/payload.h"
#include "fuzz.h"

using namespace penstock::binlog;

namespace {

constexpr std::uint64_t expanded_bytes_max = 1 << 20;

void walk(const TransactionPayload& payload) {
    PayloadReader reader(payload, expanded_bytes_max);
    std::uint64_t bytes = 0;
    while (true) {
        const auto event = reader.next();
        if (!event || !*event) break;
        bytes += (*event)->whole.size();
    }
    PENSTOCK_ASSERT(bytes <= expanded_bytes_max);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Event event(EventType::transaction_payload, Bytes(data, size));
    if (const auto payload = parse_transaction_payload(event.view())) walk(*payload);

    std::vector<std::uint8_t> compressed(ZSTD_compressBound(size));
    compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), data, size, 1));
    TransactionPayload payload;
    payload.compression = PayloadCompression::zstd;
    payload.uncompressed_bytes = size;
    payload.payload = compressed;
    walk(payload);
    payload.compression = PayloadCompression::none;
    payload.payload = Bytes(data, size);
    walk(payload);
    return 0;
}
