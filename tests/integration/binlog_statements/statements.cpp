// Prints what is in binlog files as the BINLOG statements that put the same rows into the same
// tables of another database: each row is taken apart into columns, encoded again, packed.
//
//     binlog_statements SERVER_VERSION COLUMNS FROM_DATABASE TO_DATABASE FILE...
//
// COLUMNS is `all`, or `fewer`: then the tables of the other database lack every column of an odd
// number from the fourth one, counted from 0, and partial updates come with whole documents.
// A statement per line, without ';'. The first one is that with the FORMAT_DESCRIPTION event of a
// server of that version. Events of other databases are passed over. Exit code 1 with an error.

#include <fmt/core.h>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "binlog/binlog_statement.h"
#include "binlog/column_projection.h"
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
    Copier(bool fewer, std::string from, std::string to)
        : fewer_(fewer), from_(std::move(from)), to_(std::move(to)) {}

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
        std::string event;  // the map's, as the other database has the table
        RowLayout layout;   // as this one has it
        ColumnProjection projection;
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
        std::vector<std::size_t> columns;
        for (std::size_t i = 0; i < map.column_count; ++i) {
            if (!fewer_ || i < 3 || i % 2 == 0) columns.push_back(i);
        }
        PENSTOCK_ASSIGN(ColumnProjection projection, ColumnProjection::compile(map, columns));
        const TableMap projected = projection.table_map();
        PENSTOCK_ASSIGN(const TableMap other, renamed(projected, to_, map.table));
        PENSTOCK_ASSIGN(RowLayout layout, RowLayout::compile(map));
        std::string encoded;
        append_table_map_event(encoded, other, map.table_id,
                               base::as_text(other.optional_metadata));
        tables_.insert_or_assign(
            map.table_id, Table{std::move(encoded), std::move(layout), std::move(projection)});
        return {};
    }

    Result<void> feed_rows(const EventView& event) {
        PENSTOCK_ASSIGN(const RowsEvent rows, parse_rows(event));
        const std::uint16_t flags = flags_.of(rows);
        const auto at = tables_.find(rows.table_id);
        if (at == tables_.end()) return {};
        const Table& table = at->second;
        RowsEvent heading = rows;
        heading.flags = flags;
        heading.extra_info = {};
        heading.column_count = table.projection.column_count();
        if (fewer_ && rows.kind == RowsKind::partial_update) heading.kind = RowsKind::update;
        std::string before, after;
        if (has_before_image(rows.kind)) {
            before = table.projection.columns_present(rows.columns_before);
            heading.columns_before = base::as_bytes(before);
        }
        if (has_after_image(rows.kind)) {
            after = table.projection.columns_present(rows.columns_after);
            heading.columns_after = base::as_bytes(after);
        }
        std::string encoded;
        EventEncoder events(encoded);
        RowsEncoder encoder(events, heading, {encoded_event_bytes, SpareNullBits::clear});
        RowCursor cursor(table.layout, rows);
        while (true) {
            PENSTOCK_ASSIGN(const std::optional<RowImages> row, cursor.next());
            if (!row) break;
            PENSTOCK_TRY(heading.kind == RowsKind::partial_update
                             ? encoder.add(*row)
                             : add_columns(encoder, table, rows, *row));
        }
        PENSTOCK_TRY(encoder.finish());
        return pack(table, encoded);
    }

    Result<void> add_columns(RowsEncoder& encoder, const Table& table, const RowsEvent& rows,
                             const RowImages& images) {
        UpdatedRow row;
        if (has_before_image(rows.kind) && has_after_image(rows.kind)) {
            PENSTOCK_TRY(split_update(table.layout, rows, images, row));
        } else if (has_before_image(rows.kind)) {
            PENSTOCK_TRY(table.layout.split(images.before, rows.columns_before, row.before));
        } else {
            PENSTOCK_TRY(table.layout.split(images.after, rows.columns_after, row.after));
        }
        std::vector<ColumnValue> before, after;
        if (!row.before.empty()) table.projection.project(row.before, before);
        if (!row.after.empty()) table.projection.project(row.after, after);
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

    bool fewer_;
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
    if (arguments.size() < 6) {
        fmt::print(
            stderr,
            "binlog_statements SERVER_VERSION all|fewer FROM_DATABASE TO_DATABASE FILE...\n");
        return 2;
    }
    fmt::print("{}\n", format_description_statement(arguments[1]));
    Copier copier(std::string_view(arguments[2]) == "fewer", arguments[3], arguments[4]);
    for (const char* path : arguments.subspan(5)) {
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
