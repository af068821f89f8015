// BEGIN_LOAD_QUERY, APPEND_BLOCK, DELETE_FILE and EXECUTE_LOAD_QUERY: LOAD DATA logged as a
// statement, with the file that it read in blocks before it.
//
// Layouts: the first three u32 file id, and what is left is a block; EXECUTE_LOAD_QUERY is a QUERY
// with more in its fixed part: u32 file id, u32 and u32 where the file's name starts and ends in
// the text, u8 duplicates. Source: mysql-9.7 libs/mysql/binlog/event/load_data_events.{h,cpp}.
// Pure, any thread; views borrowed.
#pragma once

#include <cstdint>

#include "binlog/query.h"

namespace penstock::binlog {

struct LoadBlockEvent {
    std::uint32_t file_id = 0;
    Bytes block;  // of the file; empty in DELETE_FILE
};

enum class LoadDuplicates : std::uint8_t { fail = 0, ignore = 1, replace = 2 };

struct ExecuteLoadQueryEvent {
    std::uint32_t file_id = 0;
    // Where in query.sql ` INFILE 'name' ` is, which a reader replaces by its own copy's name.
    std::uint32_t name_start = 0;
    std::uint32_t name_end = 0;
    LoadDuplicates duplicates = LoadDuplicates::fail;
    QueryEvent query;
};

// BEGIN_LOAD_QUERY, APPEND_BLOCK and DELETE_FILE.
[[nodiscard]] Result<LoadBlockEvent> parse_load_block(const EventView& event);
[[nodiscard]] Result<ExecuteLoadQueryEvent> parse_execute_load_query(const EventView& event);

}  // namespace penstock::binlog
