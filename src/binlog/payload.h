// TRANSACTION_PAYLOAD: a transaction's events, compressed (binlog_transaction_compression).
//
// Layout: fields of length-encoded type, length, value up to type 0, then the payload. Type 1 is
// the payload's size, 2 the compression (0 zstd, 255 none), 3 the size when expanded. The events
// inside have no checksums.
// Source: mysql-9.7 libs/mysql/binlog/event/codecs/binary.cpp, compression/zstd_dec.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "binlog/event_view.h"
#include "binlog/limits.h"

namespace penstock::binlog {

enum class PayloadCompression : std::uint8_t { zstd = 0, none = 255 };

struct TransactionPayload {
    PayloadCompression compression = PayloadCompression::none;
    std::optional<std::uint64_t> uncompressed_bytes;  // as claimed, to be checked
    Bytes payload;                                    // borrowed
    std::uint64_t offset = 0;                         // of the event, for errors
};

[[nodiscard]] Result<TransactionPayload> parse_transaction_payload(const EventView& event);

// Expands a payload event by event, in memory bounded by the largest event in it. One thread.
class PayloadReader {
public:
    // The payload's bytes must outlive the reader. `expanded_bytes_max` bounds the whole.
    explicit PayloadReader(const TransactionPayload& payload,
                           std::uint64_t expanded_bytes_max = payload_bytes_max);
    ~PayloadReader();
    PayloadReader(PayloadReader&&) noexcept;
    PayloadReader& operator=(PayloadReader&&) noexcept;

    // The next event, valid until next() is called again; nullopt after the last one.
    [[nodiscard]] Result<std::optional<EventView>> next();

private:
    struct Expander;

    [[nodiscard]] Result<bool> fill(std::size_t bytes_wanted);

    TransactionPayload payload_;
    std::uint64_t expanded_bytes_max_;
    std::unique_ptr<Expander> expander_;
    std::string window_;
    std::size_t window_begin_ = 0;
};

}  // namespace penstock::binlog
