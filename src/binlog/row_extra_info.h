// The extra information of a version 2 rows event: what NDB adds, and of which partition the rows
// are.
//
// Layout: elements of u8 kind and its content. Kind 0, NDB: u8 length (itself and the format
// included), u8 format, data. Kind 1, partition: u16 id, and in updates a second u16: where the row
// was before. An unknown kind ends the list, as in the server, because its length is unknown.
// Source: mysql-9.7 libs/mysql/binlog/event/rows_event.{h,cpp}. Pure, any thread; views borrowed.
#pragma once

#include <cstdint>
#include <optional>

#include "binlog/rows.h"

namespace penstock::binlog {

struct NdbInfo {
    std::uint8_t format = 0;
    Bytes data;
};

struct RowExtraInfo {
    std::optional<NdbInfo> ndb;
    std::optional<std::uint16_t> partition;         // of the row, in updates after the change
    std::optional<std::uint16_t> source_partition;  // in updates: of the row before the change
};

[[nodiscard]] Result<RowExtraInfo> decode_extra_info(const RowsEvent& rows);

}  // namespace penstock::binlog
