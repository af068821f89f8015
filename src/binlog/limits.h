// Every bound of binlog, in bytes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::binlog {

// The server's own: max_log_event_size in mysql-9.7 libs/mysql/binlog/event/binlog_event.h.
inline constexpr std::uint32_t event_bytes_max = 1024U * 1024U * 1024U;
// A table has at most 4096 columns; hidden ones come on top.
inline constexpr std::size_t column_count_max = 8192;
// Tables of one statement: a join has 61 at most, triggers and foreign keys bring more.
inline constexpr std::size_t tables_per_statement_max = 16384;
// Of all tables of a statement together, and of those that are remembered after it; a table takes
// up to a hundred times as much when it is decoded.
inline constexpr std::size_t table_definitions_bytes_max = 16 * 1024 * 1024;
// Of all ENUM and SET columns of a table together; each is kept as a view of 16 bytes.
inline constexpr std::size_t members_max = 1024 * 1024;
// NAME_LEN: 64 characters of at most 3 bytes.
inline constexpr std::size_t name_bytes_max = 192;
// FN_REFLEN of the server.
inline constexpr std::size_t file_name_bytes_max = 511;
// What one compressed transaction may expand to, unless the caller says otherwise.
inline constexpr std::uint64_t payload_bytes_max = std::uint64_t{1} << 40;
// How much of a compressed transaction is expanded at a time; one event may need more.
inline constexpr std::size_t payload_window_bytes = 256 * 1024;

// A BINLOG statement: gains stop at about 1 MiB, servers take 64 MiB (max_allowed_packet).
inline constexpr std::size_t statement_bytes_default = 1024 * 1024;
// One rows event inside of it; longer ones gain nothing and need more memory in the server.
inline constexpr std::size_t statement_event_bytes_default = 512 * 1024;
// The whole of it, as text: no server lets max_allowed_packet be larger than 1 GiB, and what comes
// in front of the text in the packet is allowed for.
inline constexpr std::size_t statement_text_bytes_max = 1024U * 1024U * 1024U - 1024;

static_assert(payload_window_bytes < event_bytes_max);
static_assert(statement_event_bytes_default < statement_bytes_default);

}  // namespace penstock::binlog
