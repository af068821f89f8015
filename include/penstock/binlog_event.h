// BinlogEvent: one event of a binlog, and what is in it.
//
// Views are borrowed from the BinlogReader, as binlog_reader.h says; GTIDs are values of their own.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "penstock/binlog_row.h"
#include "penstock/gtid_set.h"
#include "penstock/mariadb_gtid_set.h"

namespace penstock {

// FORMAT_DESCRIPTION: the first event of a file.
struct BinlogFormat {
    std::string_view server_version;  // "9.7.4", "10.11.19-MariaDB-log"
    bool is_mariadb = false;
    bool has_checksums = false;
    bool in_use = false;  // the file is being written, or its server crashed
};

// PREVIOUS_GTIDS and MariaDB's GTID_LIST: what was in the files before.
struct BinlogPreviousGtids {
    GtidSet mysql;
    std::vector<MariadbGtid> mariadb;  // the last one of each (domain, server)
};

// With binlog_alter_two_phase=ON MariaDB logs an ALTER TABLE twice, as two transactions with the
// same statement: where it starts, and where it has succeeded or failed. Only a `whole` one and
// `commits` change the table.
enum class BinlogAlter : std::uint8_t { whole, starts, commits, rolls_back };

// GTID, ANONYMOUS_GTID, GTID_TAGGED and MariaDB's GTID: the first event of a transaction.
struct BinlogGtid {
    std::variant<std::monostate, Gtid, MariadbGtid> gtid;  // monostate: anonymous
    // MySQL's logical clock, valid only inside of one file; 0: absent.
    std::int64_t last_committed = 0;
    std::int64_t sequence_number = 0;
    // Microseconds since 1970, where it was committed first; 0: absent.
    std::uint64_t commit_time_us = 0;
    // Bytes of all events of the transaction in the file; 0: absent.
    std::uint64_t transaction_bytes = 0;
    BinlogAlter alter = BinlogAlter::whole;  // of everything that is no such ALTER, too
    // Of `commits` and `rolls_back`: the sequence number of the GTID where it starts.
    std::uint64_t start_alter_sequence = 0;

    // "uuid:7", "uuid:tag:7", "0-1-7", "ANONYMOUS".
    [[nodiscard]] std::string to_string() const;
};

// QUERY, and EXECUTE_LOAD_QUERY: BEGIN and COMMIT, DDL, changes in statement format.
struct BinlogStatement {
    std::string_view schema;  // the default database; may be empty
    std::string_view sql;     // in the client's character set
    std::uint32_t thread_id = 0;
    std::uint16_t error_code = 0;  // with which it ended on its server
};

// ROWS_QUERY and MariaDB's ANNOTATE_ROWS: the statement that the next rows are of.
struct BinlogRowsQuery {
    std::string_view sql;
};

// TABLE_MAP: rows of this table follow.
struct BinlogTableMap {
    BinlogTable table;
};

enum class BinlogChange : std::uint8_t { insert, update, remove };

// A rows event of any version; BinlogReader::next_row() has its rows.
struct BinlogRows {
    BinlogChange change;
    BinlogTable table;
    bool statement_end;  // the last one of its statement
};

// ROTATE: the log goes on in another file.
struct BinlogRotate {
    std::string_view file;
    std::uint64_t position = 4;  // bytes
};

// Where an event stands in its transaction.
enum class BinlogStep : std::uint8_t {
    outside,  // in none
    begins,
    inside,
    commits,     // its last event. A DDL statement without a GTID is all of its transaction. Of an
                 // XA transaction also XA PREPARE, after which XA COMMIT or ROLLBACK is another one
    rolls_back,  // its last event: only what can't be rolled back has been left of it
};

struct BinlogEvent {
    std::uint8_t type = 0;       // as in the file; of a compressed event of MariaDB its own
    std::string_view type_name;  // "Write_rows", as SHOW BINLOG EVENTS spells it; never dies
    // Where it starts in the file, in bytes; of an event in a compressed transaction where the
    // Transaction_payload event starts.
    std::uint64_t offset = 0;
    bool in_payload = false;      // inside of a compressed transaction
    std::uint32_t bytes = 0;      // header, body and checksum, as stored; in a payload expanded
    std::uint32_t timestamp = 0;  // seconds since 1970, of the statement's start
    std::uint32_t server_id = 0;
    std::uint16_t flags = 0;
    BinlogStep step = BinlogStep::outside;

    // Events of all other types have nothing here: XID, say, is told by `step`.
    std::variant<std::monostate, BinlogFormat, BinlogPreviousGtids, BinlogGtid, BinlogStatement,
                 BinlogRowsQuery, BinlogTableMap, BinlogRows, BinlogRotate>
        content;
    // What is behind the header, without checksum; of a compressed event of MariaDB expanded.
    std::span<const std::uint8_t> body;
};

}  // namespace penstock
