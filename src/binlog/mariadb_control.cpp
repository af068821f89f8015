#include "binlog/mariadb_control.h"

#include <fmt/core.h>

#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog {

namespace {

constexpr std::size_t nonce_bytes = 12;

}  // namespace

Result<BinlogCheckpointEvent> parse_binlog_checkpoint(const EventView& event) {
    base::ByteReader reader(event.body);
    const std::string_view file = reader.text(reader.u32());
    if (!reader.ok()) return malformed(event, "truncated");
    if (file.empty() || file.size() > file_name_bytes_max || file.find('\0') != file.npos) {
        return malformed(event, "not a file name");
    }
    return BinlogCheckpointEvent{file};
}

Result<StartEncryptionEvent> parse_start_encryption(const EventView& event) {
    base::ByteReader reader(event.body);
    StartEncryptionEvent start;
    start.scheme = reader.u8();
    start.key_version = reader.u32();
    start.nonce = reader.view(nonce_bytes);
    if (!reader.ok()) return malformed(event, "truncated");
    return start;
}

tl::unexpected<Error> encrypted_file(const EventView& start_encryption) {
    const auto start = parse_start_encryption(start_encryption);
    return fail(ErrorKind::refused, error_encrypted,
                fmt::format("Start_encryption event (type {}) at offset {}: what follows is "
                            "encrypted with version {} of a key that the server keeps",
                            static_cast<unsigned>(start_encryption.header.type),
                            start_encryption.offset, start ? start->key_version : 0),
                "read the file through its server, which decrypts what it sends: "
                "mariadb-binlog --read-from-remote-server --raw");
}

}  // namespace penstock::binlog
