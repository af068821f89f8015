// Error codes of binlog: PST-1300 to PST-1399.
#pragma once

#include "penstock/result.h"

namespace penstock::binlog {

// An event contradicts its format: truncated, or a length inside it points outside. The file is
// damaged, or was written by something that is not a MySQL server. Cure: read the source's file
// again; `mysqlbinlog --verify-binlog-checksum` on the source tells whether it is damaged there.
inline constexpr ErrorCode error_malformed_event{1301};
// The checksum at the end of an event does not match its bytes. Cure: as above.
inline constexpr ErrorCode error_checksum{1302};
// An event that this version cannot carry: statement-based logging, XA, LOAD DATA, an unknown type
// without the ignorable flag. Cure: named in the error's remedy.
inline constexpr ErrorCode error_unsupported_event{1303};
// The binlog file is not version 4, or its server declares event layouts that are not known here.
inline constexpr ErrorCode error_unsupported_format{1304};
// Events in an order that no server writes: rows without a table map, a GTID inside a transaction.
// Cure: the file was cut or edited; capture it again from a transaction boundary.
inline constexpr ErrorCode error_grammar{1305};
// The source wrote an INCIDENT event: it lost changes. Cure: start over with a new copy.
inline constexpr ErrorCode error_incident{1306};
// A compressed transaction could not be expanded.
inline constexpr ErrorCode error_decompress{1307};
// Something is larger than its limit in limits.h.
inline constexpr ErrorCode error_limit{1308};
// A GTID or a GTID set that cannot be read.
inline constexpr ErrorCode error_gtid_text{1309};
// A column type whose rows cannot be measured (a hidden multi-valued index column, for example).
inline constexpr ErrorCode error_unsupported_column{1310};
// Row changes that one BINLOG statement cannot hold: differing flags, or a table it does not know.
inline constexpr ErrorCode error_statement{1311};
// A value of a JSON document is printed in a form that is not known.
inline constexpr ErrorCode error_json_text{1312};
// The file is encrypted, and its key is the server's. Cure: read it through the server.
inline constexpr ErrorCode error_encrypted{1320};
// A compressed event of MariaDB could not be expanded. Cure: as for a malformed event.
inline constexpr ErrorCode error_expand_event{1321};
// A column's bytes are no value of its type. Cure: as for a malformed event.
inline constexpr ErrorCode error_column_value{1340};
// Bytes that should be a JSON document in its binary form are none. Cure: as above.
inline constexpr ErrorCode error_json_bytes{1341};
// A partial JSON update that cannot be read, or does not fit the document that it is to change.
inline constexpr ErrorCode error_json_diff{1342};
// A column that MariaDB compressed could not be expanded. Cure: as for a malformed event.
inline constexpr ErrorCode error_compressed_column{1343};
// A key that its table cannot have: no column, or one behind the last.
inline constexpr ErrorCode error_key{1360};
// A row that cannot be written as a row image: a column that the image needs is not there.
inline constexpr ErrorCode error_row_image{1370};
// A partial JSON update where whole documents are needed, but its before-image lacks one.
// Cure: binlog_row_value_options='' on the source, or binlog_row_image=FULL.
inline constexpr ErrorCode error_partial_update{1371};
// Columns that a table does not have, or a name that is none, to write its rows under.
inline constexpr ErrorCode error_projection{1372};
// A statement with more tables, or larger ones, than any server writes. Cure: as for a malformed
// event.
inline constexpr ErrorCode error_table_limit{1380};

}  // namespace penstock::binlog
