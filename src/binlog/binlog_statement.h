// BinlogStatementBuilder: packs row changes into one BINLOG statement, whatever transactions they
// come from.
//
// A server takes a BINLOG statement on trust, and some orders of events lose rows with OK or end
// the server. So the builder only ever makes one shape:
//
//   all table maps, then rows events in the order of add_rows(), STMT_END_F on the last one only.
//
//   - A map after the first rows event: that map's rows are dropped without an error.
//   - A rows event without its map: ignored without an error.
//   - No STMT_END_F at the end: the next BINLOG statement ends the server.
//   - Flags that differ: those of the first rows event count for all.
//   - Version 1 rows events: refused since 8.4. They come out as version 2.
//
// Observed with MySQL 9.7; source: sql/sql_binlog.cc and sql/log_event.cc there. MariaDB 10.11,
// which logs version 1 itself, takes the same statements. Under autocommit the statement is one
// transaction: all of it is committed, or nothing.
//
// One thread. Nothing given is kept by reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "binlog/limits.h"
#include "binlog/rows.h"
#include "binlog/table_map.h"

namespace penstock::binlog {

struct StatementLimits {
    // What is_full() looks at, in bytes of the finished text. A single add_rows() may exceed it,
    // because rows can't be split here; keep it far below the server's max_allowed_packet.
    std::size_t statement_bytes_max = statement_bytes_default;
    // Writes, or removals, of the same table and columns are merged into one event up to this size.
    std::size_t event_bytes_max = statement_event_bytes_default;
};

class BinlogStatementBuilder {
public:
    // Names a table of this statement; worthless after clear() and finish().
    struct TableHandle {
        std::size_t index = 0;
        std::uint64_t generation = 0;
    };

    explicit BinlogStatementBuilder(StatementLimits limits = {}) : limits_(limits) {}

    // A table given before, byte by byte the same except for the id, gets its handle again. To
    // rename a table, change the names in the map.
    [[nodiscard]] TableHandle add_table(const TableMap& map);

    // Whether rows with these flags may join; STMT_END_F doesn't matter.
    [[nodiscard]] bool fits(std::uint16_t flags) const;

    // `rows` is one row or more, of exactly this kind and these columns, as RowCursor cuts them:
    // neither this nor the server checks that. Errors, after which all is as before: flags that
    // don't fit; bitmaps whose size is not that of the table's columns; more than a statement can
    // hold (statement_text_bytes_max of limits.h).
    [[nodiscard]] Result<void> add_rows(TableHandle table, RowsKind kind, Bytes columns_before,
                                        Bytes columns_after, Bytes rows, std::uint16_t flags);
    [[nodiscard]] Result<void> add_rows(TableHandle table, const RowsEvent& event);

    // No rows yet; there is nothing to finish.
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    // Of the finished text, in bytes.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool is_full() const { return size() >= limits_.statement_bytes_max; }
    // Of the rows so far, without STMT_END_F; nullopt while empty.
    [[nodiscard]] std::optional<std::uint16_t> flags() const { return flags_; }

    // BINLOG '...'; the builder must not be empty, and is afterwards.
    [[nodiscard]] std::string finish();
    void clear();

private:
    // A table of this statement, by its own copy of what tells it from others.
    struct Table {
        std::uint16_t flags = 0;
        std::size_t column_count = 0;
        std::string schema;
        std::string table;
        std::string column_types;
        std::string metadata;
        std::string null_bits;
        std::string needed_metadata;

        [[nodiscard]] bool is(const TableMap& map, std::string_view needed) const;
    };
    struct LastEvent {
        std::size_t start = 0;  // in rows_
        std::size_t table = 0;
        RowsKind kind = RowsKind::write;
        std::string columns;  // before, after
    };

    [[nodiscard]] std::optional<std::size_t> find_table(const TableMap& map, std::size_t name_hash,
                                                        std::string_view needed) const;
    [[nodiscard]] bool joins_last(std::size_t table, RowsKind kind, const std::string& columns,
                                  std::size_t rows_bytes) const;

    StatementLimits limits_;
    std::uint64_t generation_ = 1;
    std::vector<Table> tables_;
    std::unordered_multimap<std::size_t, std::size_t> tables_by_name_;  // hash -> index
    std::string maps_;
    std::string rows_;
    std::optional<std::uint16_t> flags_;
    LastEvent last_;
};

// BINLOG '...' with a FORMAT_DESCRIPTION event: the first statement of a connection, after which
// `SET gtid_next='AUTOMATIC'` is needed in MySQL. `server_version` is the server's own; MariaDB
// takes the event as MySQL lays it out, because it goes by the lengths that are in it.
[[nodiscard]] std::string format_description_statement(std::string_view server_version);

}  // namespace penstock::binlog
