// ROWS_QUERY and MariaDB's ANNOTATE_ROWS: the text of the statement whose rows follow. It says what
// was run, in the client's character set, and is not for running.
//
// Layouts: ROWS_QUERY u8 length (not looked at: it is too small for most texts) and the text;
// ANNOTATE_ROWS the text. Source: mysql-9.7 libs/mysql/binlog/event/rows_event.cpp; MariaDB 10.11
// sql/log_event.cc. Pure, any thread.
#pragma once

#include <string_view>

#include "binlog/event_view.h"

namespace penstock::binlog {

struct RowsQueryEvent {
    std::string_view text;  // borrowed
};

[[nodiscard]] Result<RowsQueryEvent> parse_rows_query(const EventView& event);

}  // namespace penstock::binlog
