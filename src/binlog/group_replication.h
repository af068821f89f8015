// TRANSACTION_CONTEXT and VIEW_CHANGE: what group replication adds to the binlogs of its members.
// Neither changes data.
//
// Layouts: TRANSACTION_CONTEXT u8 length of the uuid, u32 thread, u8 GTID given, u32 length of the
// snapshot, u32 and u32 numbers of items written and read; uuid, snapshot (a GTID set in the binary
// form of previous_gtids.h), items of u16 length and bytes. VIEW_CHANGE 40 bytes view (text, padded
// with NUL), i64 number, u32 number of entries, each u16 length and key, u32 length and value.
// Source: mysql-9.7 libs/mysql/binlog/event/control_events.{h,cpp}. Pure, any thread; views
// borrowed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "binlog/event_view.h"

namespace penstock::binlog {

struct TransactionContextEvent {
    std::string_view server_uuid;
    std::uint32_t thread_id = 0;
    bool gtid_specified = false;
    Bytes snapshot;  // for decode_gtid_set()
    std::vector<Bytes> write_set;
    std::vector<Bytes> read_set;
};

struct ViewChangeEvent {
    struct Certification {
        std::string_view key;
        Bytes value;
    };
    std::string_view view_id;
    std::int64_t sequence_number = 0;
    std::vector<Certification> certification;
};

[[nodiscard]] Result<TransactionContextEvent> parse_transaction_context(const EventView& event);
[[nodiscard]] Result<ViewChangeEvent> parse_view_change(const EventView& event);

}  // namespace penstock::binlog
