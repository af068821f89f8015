// Prints what is in binlog files as the BINLOG statements that put the same rows into the same
// tables of another database: each row is taken apart into columns, encoded again, packed.
//
//     binlog_statements SERVER_VERSION FROM_DATABASE TO_DATABASE FILE...
//
// A statement per line, without ';'. The first one is that with the FORMAT_DESCRIPTION event of a
// server of that version. Events of other databases are passed over. Exit code 1 with an error.

#include <fmt/core.h>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "binlog/binlog_statement.h"
#include "binlog/compressed_event.h"
#include "binlog/encoding.h"
#include "binlog/event_reader.h"
#include "binlog/partial_update.h"
#include "binlog/payload.h"
#include "binlog/rows_encoder.h"

namespace penstock::binlog {
namespace {

// So small that events and statements are split often.
constexpr StatementLimits limits{.statement_bytes_max = 8 * 1024, .event_bytes_max = 2 * 1024};
constexpr std::size_t encoded_event_bytes = 1024;

class Copier {
public:
    Copier(std::string from, std::string to) : from_(std::move(from)), to_(std::move(to)) {}

    Result<void> feed(const EventView& event) {
        const EventType type = event.header.type;
        if (type == EventType::transaction_payload) return feed_payload(event);
        if (type == EventType::table_map) return feed_table_map(event);
        if (is_rows(type)) return feed_rows(event);
        if (!is_compressed(type)) return {};
        std::string buffer;
        PENSTOCK_ASSIGN(const EventView ordinary, expand_event(event, buffer));
        return feed(ordinary);
    }

    void finish() {
        if (!builder_.empty()) fmt::print("{}\n", builder_.finish());
    }

private:
    struct Table {
        std::string event;  // the map's, renamed
        RowLayout layout;
    };

    Result<void> feed_payload(const EventView& event) {
        PENSTOCK_ASSIGN(const TransactionPayload payload, parse_transaction_payload(event));
        PayloadReader reader(payload);
        while (true) {
            PENSTOCK_ASSIGN(const std::optional<EventView> inner, reader.next());
            if (!inner) return {};
            PENSTOCK_TRY(feed(*inner));
        }
    }

    Result<void> feed_table_map(const EventView& event) {
        PENSTOCK_ASSIGN(const TableMap map, parse_table_map(event));
        tables_.erase(map.table_id);
        if (map.schema != from_) return {};
        PENSTOCK_ASSIGN(const TableMap other, renamed(map, to_, map.table));
        PENSTOCK_ASSIGN(RowLayout layout, RowLayout::compile(map));
        std::string encoded;
        append_table_map_event(encoded, other, map.table_id, base::as_text(map.optional_metadata));
        tables_.insert_or_assign(map.table_id, Table{std::move(encoded), std::move(layout)});
        return {};
    }

    Result<void> feed_rows(const EventView& event) {
        PENSTOCK_ASSIGN(const RowsEvent rows, parse_rows(event));
        const auto at = tables_.find(rows.table_id);
        if (at == tables_.end()) return {};
        const Table& table = at->second;
        RowsEvent heading = rows;
        heading.flags = flags_.of(rows);
        heading.extra_info = {};
        std::string encoded;
        EventEncoder events(encoded);
        RowsEncoder encoder(events, heading, {encoded_event_bytes, SpareNullBits::clear});
        RowCursor cursor(table.layout, rows);
        while (true) {
            PENSTOCK_ASSIGN(const std::optional<RowImages> row, cursor.next());
            if (!row) break;
            PENSTOCK_TRY(add(encoder, table.layout, rows, *row));
        }
        PENSTOCK_TRY(encoder.finish());
        return pack(table, encoded);
    }

    Result<void> add(RowsEncoder& encoder, const RowLayout& layout, const RowsEvent& rows,
                     const RowImages& row) {
        if (rows.kind == RowsKind::partial_update) return encoder.add(row);
        std::vector<ColumnValue> before, after;
        if (has_before_image(rows.kind)) {
            PENSTOCK_TRY(layout.split(row.before, rows.columns_before, before));
        }
        if (has_after_image(rows.kind)) {
            PENSTOCK_TRY(layout.split(row.after, rows.columns_after, after));
        }
        return encoder.add(before, after);
    }

    Result<void> pack(const Table& table, const std::string& encoded) {
        PENSTOCK_ASSIGN(const EventView map_event,
                        view_event(base::as_bytes(table.event), ChecksumAlgorithm::none));
        PENSTOCK_ASSIGN(const TableMap map, parse_table_map(map_event));
        EventReader reader(base::as_bytes(encoded), 4, FormatDescription{});
        while (true) {
            PENSTOCK_ASSIGN(const std::optional<EventView> event, reader.next());
            if (!event) return {};
            PENSTOCK_ASSIGN(const RowsEvent rows, parse_rows(*event));
            if (!builder_.fits(rows.flags) || builder_.is_full()) finish();
            PENSTOCK_TRY(builder_.add_rows(builder_.add_table(map), rows));
        }
    }

    std::string from_, to_;
    StatementFlags flags_;
    std::unordered_map<std::uint64_t, Table> tables_;
    BinlogStatementBuilder builder_{limits};
};

Result<void> copy(Copier& copier, const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EventReader reader(base::as_bytes(bytes));
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> event, reader.next());
        if (!event) return {};
        PENSTOCK_TRY(copier.feed(*event));
    }
}

int run(std::span<char*> arguments) {
    if (arguments.size() < 5) {
        fmt::print(stderr, "binlog_statements SERVER_VERSION FROM_DATABASE TO_DATABASE FILE...\n");
        return 2;
    }
    fmt::print("{}\n", format_description_statement(arguments[1]));
    Copier copier(arguments[2], arguments[3]);
    for (const char* path : arguments.subspan(4)) {
        const auto copied = copy(copier, path);
        if (copied) continue;
        fmt::print(stderr, "binlog_statements: {}: {}\n", path, copied.error().to_string());
        return 1;
    }
    copier.finish();
    return 0;
}

}  // namespace
}  // namespace penstock::binlog

int main(int argc, char** argv) {
    return penstock::binlog::run({argv, static_cast<std::size_t>(argc)});
}
