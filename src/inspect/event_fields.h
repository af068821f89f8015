// What is in an event that is no rows event, as named parts. Names and meaning:
//
//   Format_desc            server_version, binlog_version, checksum ("none", "CRC32"), in_use
//   Rotate                 next_file, position
//   Gtid, Anonymous_Gtid,  gtid, last_committed, sequence_number, immediate_commit_us and
//   Gtid_tagged            original_commit_us (microseconds since 1970), transaction_bytes,
//                          server_version
//   Previous_gtids         gtids
//   Query                  schema, sql, thread_id, exec_seconds, error_code, sql_mode, time_zone,
//                          charset_client, collation_connection, collation_server,
//                          collation_database, invoker
//   Rows_query, Annotate_rows   sql
//   Table_map              table_id, schema, table, columns
//   Xid                    xid;   XA_prepare   xa, one_phase
//   Intvar                 variable, value;   RAND   seed1, seed2;   User_var   name, value
//                          (as a column's), collation if it is a string
//   Transaction_payload    compression, payload_bytes, expanded_bytes; its events follow
//   Heartbeat              next_file, position;   Incident   incident, message
//   MariaDB's GTID         gtid, standalone, ddl, transactional, waited, commit_id, thread_id,
//                          extra_engines, xa; with binlog_alter_two_phase alter ("START",
//                          "COMMIT", "ROLLBACK"), start_alter_sequence
//   Gtid_list              gtids;   Binlog_checkpoint   next_file
//
// Of other types there is nothing but the heading. Absent values are left out. One thread.
#pragma once

#include "binlog/event_view.h"
#include "inspect/event_writer.h"
#include "penstock/result.h"

namespace penstock::inspect {

// Error: the event is malformed.
[[nodiscard]] Result<void> write_fields(const binlog::EventView& event, binlog::Flavour flavour,
                                        EventWriter& out);

}  // namespace penstock::inspect
