#include "binlog/binlog_statement.h"

#include <fmt/core.h>
#include <functional>

#include "base/assert.h"
#include "binlog/base64.h"
#include "binlog/encoding.h"
#include "binlog/errors.h"
#include "binlog/format_description.h"

namespace penstock::binlog {

namespace {

constexpr std::string_view opening = "BINLOG '";
constexpr std::string_view closing = "'";
// More than the header of a rows event and what comes before its rows need: two bits per column.
constexpr std::size_t heading_bytes_max = 64 + 2 * column_count_max / 8;

// Where add_rows() and finish() write: an event's flags in the bytes of all rows events.
std::uint8_t* flags_at(std::string& rows, std::size_t event_start) {
    return reinterpret_cast<std::uint8_t*>(rows.data()) + event_start + rows_flags_offset;
}

// TM_REFERRED_FK_DB_F comes and goes between maps of one table; it is for a replica's scheduler.
std::uint16_t kept_flags(const TableMap& map) {
    return static_cast<std::uint16_t>(map.flags & ~table_map_referred_fk_flag);
}

std::size_t text_bytes(std::size_t events_bytes) {
    return opening.size() + base64_bytes(events_bytes) + closing.size();
}

std::uint64_t table_id_of(std::size_t index) {
    return index + 1;
}

}  // namespace

bool BinlogStatementBuilder::Table::is(const TableMap& map, std::string_view needed) const {
    return map.table == table && map.schema == schema && kept_flags(map) == flags &&
           base::as_text(map.column_types) == column_types &&
           base::as_text(map.metadata) == metadata && base::as_text(map.null_bits) == null_bits &&
           needed == needed_metadata;
}

std::optional<std::size_t> BinlogStatementBuilder::find_table(const TableMap& map,
                                                              std::size_t name_hash,
                                                              std::string_view needed) const {
    // Rows of one table tend to come together.
    if (!rows_.empty() && tables_[last_.table].is(map, needed)) return last_.table;
    const auto [first, last] = tables_by_name_.equal_range(name_hash);
    for (auto at = first; at != last; ++at) {
        if (tables_[at->second].is(map, needed)) return at->second;
    }
    return std::nullopt;
}

BinlogStatementBuilder::TableHandle BinlogStatementBuilder::add_table(const TableMap& map) {
    std::string needed;
    append_needed_metadata(map, needed);
    const std::hash<std::string_view> hash;
    const std::size_t name_hash = hash(map.table) * 31 + hash(map.schema);
    const std::optional<std::size_t> known = find_table(map, name_hash, needed);
    if (known) return {*known, generation_};
    const std::size_t index = tables_.size();
    TableMap kept = map;
    kept.flags = kept_flags(map);
    append_table_map_event(maps_, kept, table_id_of(index), needed);
    tables_by_name_.emplace(name_hash, index);
    const auto text = [](Bytes bytes) { return std::string(base::as_text(bytes)); };
    tables_.push_back({kept.flags, map.column_count, std::string(map.schema),
                       std::string(map.table), text(map.column_types), text(map.metadata),
                       text(map.null_bits), std::move(needed)});
    return {index, generation_};
}

bool BinlogStatementBuilder::fits(std::uint16_t flags) const {
    const auto wanted = static_cast<std::uint16_t>(flags & ~rows_statement_end_flag);
    return !flags_ || *flags_ == wanted;
}

Result<void> BinlogStatementBuilder::add_rows(TableHandle table, const RowsEvent& event) {
    return add_rows(table, event.kind, event.columns_before, event.columns_after, event.rows,
                    event.flags);
}

Result<void> BinlogStatementBuilder::add_rows(TableHandle table, RowsKind kind,
                                              Bytes columns_before, Bytes columns_after, Bytes rows,
                                              std::uint16_t flags) {
    PENSTOCK_ASSERT(table.generation == generation_ && table.index < tables_.size());
    const std::size_t bitmap_bytes = (tables_[table.index].column_count + 7) / 8;
    if ((has_before_image(kind) ? bitmap_bytes : 0) != columns_before.size() ||
        (has_after_image(kind) ? bitmap_bytes : 0) != columns_after.size() || rows.empty()) {
        return fail(ErrorKind::corrupt, error_statement,
                    fmt::format("rows of another shape than their table with {} columns",
                                tables_[table.index].column_count));
    }
    if (!fits(flags)) {
        return fail(ErrorKind::definite, error_statement,
                    fmt::format("rows with flags {} cannot join a statement with flags {}", flags,
                                *flags_));
    }
    if (text_bytes(maps_.size() + rows_.size() + heading_bytes_max + rows.size()) >
        statement_text_bytes_max) {
        return fail(ErrorKind::definite, error_limit,
                    fmt::format("rows of {} bytes do not fit into a BINLOG statement, which can "
                                "have {}",
                                rows.size(), statement_text_bytes_max));
    }
    flags_ = static_cast<std::uint16_t>(flags & ~rows_statement_end_flag);
    std::string columns(base::as_text(columns_before));
    columns += base::as_text(columns_after);
    if (!joins_last(table.index, kind, columns, rows.size())) {
        last_ = {begin_event(rows_, event_type_of(kind)), table.index, kind, std::move(columns)};
        RowsEvent heading;
        heading.kind = kind;
        heading.table_id = table_id_of(table.index);
        heading.flags = *flags_;
        heading.column_count = tables_[table.index].column_count;
        heading.columns_before = columns_before;
        heading.columns_after = columns_after;
        append_rows_prefix(rows_, heading);
    }
    base::ByteWriter(rows_).bytes(rows);
    finish_event(rows_, last_.start);
    return {};
}

bool BinlogStatementBuilder::joins_last(std::size_t table, RowsKind kind,
                                        const std::string& columns, std::size_t rows_bytes) const {
    // Updates that follow each other may be of one row, A to B and B to C. Where the table has no
    // unique key the server looks for all of an event's before-images at once, and B is not there.
    const bool mergeable = kind == RowsKind::write || kind == RowsKind::remove;
    return !rows_.empty() && mergeable && last_.table == table && last_.kind == kind &&
           last_.columns == columns &&
           rows_.size() - last_.start + rows_bytes <= limits_.event_bytes_max;
}

std::size_t BinlogStatementBuilder::size() const {
    return text_bytes(maps_.size() + rows_.size());
}

std::string BinlogStatementBuilder::finish() {
    PENSTOCK_ASSERT(!empty());
    base::store_le(flags_at(rows_, last_.start), *flags_ | rows_statement_end_flag, 2);
    std::string out;
    out.reserve(size());
    maps_ += rows_;
    out += opening;
    append_base64(out, base::as_bytes(maps_));
    out += closing;
    clear();
    return out;
}

void BinlogStatementBuilder::clear() {
    ++generation_;
    tables_.clear();
    tables_by_name_.clear();
    maps_.clear();
    rows_.clear();
    flags_.reset();
    last_ = {};
}

std::string format_description_statement(std::string_view server_version) {
    std::string out(opening);
    append_base64(out, base::as_bytes(make_format_description(server_version)));
    return out.append(closing);
}

}  // namespace penstock::binlog
