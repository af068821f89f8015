// MariaDB's BINLOG_CHECKPOINT and START_ENCRYPTION.
//
// Layouts: BINLOG_CHECKPOINT u32 length and name of a file; START_ENCRYPTION u8 scheme, u32 version
// of the key, 12 bytes nonce. Source: MariaDB 10.11 sql/log_event.{h,cc}. Pure, any thread; views
// borrowed.
#pragma once

#include <cstdint>
#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

// The oldest file that the server's own recovery needs: nothing to others.
struct BinlogCheckpointEvent {
    std::string_view file;
};

[[nodiscard]] Result<BinlogCheckpointEvent> parse_binlog_checkpoint(const EventView& event);

// What follows in the file is encrypted with a key that only the server has.
struct StartEncryptionEvent {
    std::uint8_t scheme = 0;
    std::uint32_t key_version = 0;
    Bytes nonce;
};

[[nodiscard]] Result<StartEncryptionEvent> parse_start_encryption(const EventView& event);

// How a file with that event is refused.
[[nodiscard]] tl::unexpected<Error> encrypted_file(const EventView& start_encryption);

}  // namespace penstock::binlog
