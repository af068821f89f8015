// DecodedEvent: any event, by one call.
//
// For readers that show or count whatever there is. Those that look at a few types call the parser
// of each, which is what this does. Pure, any thread; views borrowed from the event.
#pragma once

#include <variant>

#include "binlog/format_description.h"
#include "binlog/group_replication.h"
#include "binlog/gtid_event.h"
#include "binlog/heartbeat.h"
#include "binlog/incident.h"
#include "binlog/load_data.h"
#include "binlog/mariadb_control.h"
#include "binlog/mariadb_gtid_event.h"
#include "binlog/payload.h"
#include "binlog/query.h"
#include "binlog/rotate.h"
#include "binlog/rows.h"
#include "binlog/rows_query.h"
#include "binlog/statement_context.h"
#include "binlog/table_map.h"
#include "binlog/xid.h"

namespace penstock::binlog {

struct StopEvent {};
// IGNORABLE, and whatever is not known here but has the ignorable flag: passed over.
struct IgnorableEvent {};
// Compressed: for expand_event(), and then decode_event() again.
struct CompressedEvent {};

using DecodedEvent =
    std::variant<StopEvent, IgnorableEvent, CompressedEvent, FormatDescription, RotateEvent,
                 Heartbeat, GtidSet, GtidEvent, XidEvent, XaPrepareEvent, QueryEvent, IntvarEvent,
                 RandEvent, UserVarEvent, LoadBlockEvent, ExecuteLoadQueryEvent, RowsQueryEvent,
                 TableMap, RowsEvent, TransactionPayload, IncidentEvent, TransactionContextEvent,
                 ViewChangeEvent, MariadbGtidEvent, MariadbGtidListEvent, BinlogCheckpointEvent,
                 StartEncryptionEvent>;

// Errors: damaged; or of a type that is not known for this flavour and may not be passed over.
[[nodiscard]] Result<DecodedEvent> decode_event(const EventView& event, Flavour flavour);

}  // namespace penstock::binlog
