// INTVAR, RAND and USER_VAR: what a statement logged as text needs besides its text. They stand
// before the QUERY that they are of.
//
// Layouts: INTVAR u8 kind, u64 value; RAND u64, u64; USER_VAR u32 length of the name, that, u8 NULL
// or not, and if not u8 type, u32 collation, u32 length of the value, that, and attributes: single
// bytes 0 (signed) and 1 (unsigned), and (MariaDB 11) 2, u8 length, name of the data type.
// Source: mysql-9.7 libs/mysql/binlog/event/statement_events.cpp; MariaDB 10.11 and 11.4
// sql/log_event.cc, sql/log_event_data_type.h. Pure, any thread; views borrowed.
#pragma once

#include <cstdint>
#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

enum class IntvarKind : std::uint8_t { last_insert_id = 1, insert_id = 2 };

struct IntvarEvent {
    IntvarKind kind = IntvarKind::insert_id;
    std::uint64_t value = 0;
};

struct RandEvent {
    std::uint64_t seed1 = 0;
    std::uint64_t seed2 = 0;
};

// The server's Item_result. A row cannot be in a variable.
enum class UserVarKind : std::uint8_t { string = 0, real = 1, integer = 2, decimal = 4 };

struct UserVarEvent {
    std::string_view name;
    bool is_null = false;
    UserVarKind kind = UserVarKind::string;
    bool is_unsigned = false;     // of an integer
    std::uint32_t collation = 0;  // of a string
    // string: its bytes; real: 8, an IEEE double; integer: 8; all least significant first.
    // decimal: u8 precision, u8 scale, and as in a row.
    Bytes value;
    std::string_view data_type;  // of MariaDB, where it isn't told by kind ("inet6"); else empty
};

[[nodiscard]] Result<IntvarEvent> parse_intvar(const EventView& event);
[[nodiscard]] Result<RandEvent> parse_rand(const EventView& event);
[[nodiscard]] Result<UserVarEvent> parse_user_var(const EventView& event);

}  // namespace penstock::binlog
