#include "coalesce/coalescer.h"

#include <fmt/format.h>
#include <algorithm>
#include <span>
#include <utility>

#include "base/assert.h"
#include "coalesce/errors.h"

namespace penstock::coalesce {
namespace {

using binlog::RowsEvent;
using binlog::RowsKind;

// Where the runs of a segment of coalesced rows are, from the first one.
constexpr std::uint32_t removals = 0;
constexpr std::uint32_t updates = 1;
constexpr std::uint32_t writes = 2;

std::string bits_of_all(std::size_t column_count) {
    std::string bits(column_count / 8, '\xFF');
    if (column_count % 8 != 0) bits.push_back(static_cast<char>((1U << column_count % 8) - 1));
    return bits;
}

std::vector<binlog::KeyPart> whole_columns(std::span<const std::size_t> columns) {
    std::vector<binlog::KeyPart> parts;
    for (const std::size_t column : columns) parts.push_back({.column = column});
    return parts;
}

bool are_whole(const RowsEvent& event, const binlog::RowLayout& layout) {
    const auto is_whole = [&](base::Bytes columns) {
        return columns.size() == layout.null_bytes() && layout.all_set(columns);
    };
    return (!has_before_image(event.kind) || is_whole(event.columns_before)) &&
           (!has_after_image(event.kind) || is_whole(event.columns_after));
}

// Whether rows of an event may change places with each other. What only adds, or only removes, goes
// through states that are parts of a lawful one.
bool order_matters(RowsKind kind) {
    return kind != RowsKind::write && kind != RowsKind::remove;
}

[[gnu::cold]] tl::unexpected<Error> contradiction(std::string_view table, Contradiction what) {
    const char* const text = what == Contradiction::inserted_twice
                                 ? "a row is inserted that is there"
                             : what == Contradiction::missing ? "a row is changed that was removed"
                                                              : "a row is not what it became last";
    return fail(ErrorKind::corrupt, error_contradiction,
                fmt::format("the stream contradicts itself: in {} {}", table, text),
                "something changed rows on the source without logging it (sql_log_bin=0, a cascade "
                "of foreign keys); verify the table, and go on in mode grouped");
}

[[gnu::cold]] tl::unexpected<Error> too_many_rows() {
    return fail(ErrorKind::refused, error_too_many_rows,
                fmt::format("a group of transactions changes more than {} rows", group_rows_max),
                "a transaction of this size can't be merged: use mode grouped");
}

[[gnu::cold]] tl::unexpected<Error> null_in_key(std::string_view table) {
    return fail(ErrorKind::definite, error_rules,
                fmt::format("a row of {} has NULL in its row key", table));
}

// Calls visit(run, Row) for what a row comes to: nothing, one change, or the two of a split update.
template <class Visit>
void for_each_run(const NetRow& row, Visit&& visit) {
    const bool is_update = row.net == NetChange::update;
    if (is_update && !row.is_split) {
        visit(updates, Row{row.before(), row.after(), row.key_hash});
        return;
    }
    if (is_update || row.net == NetChange::remove) {
        visit(removals, Row{row.before(), {}, row.key_hash});
    }
    if (is_update || row.net == NetChange::write) {
        visit(writes, Row{{}, row.after(), row.key_hash});
    }
}

}  // namespace

Result<TableHandle> Coalescer::add_table(std::string_view schema, std::string_view table,
                                         const binlog::RowLayout& layout, const TableRules& rules) {
    const auto& columns = layout.columns();
    std::string name = fmt::format("`{}`.`{}`", schema, table);
    const auto is_column = [&](std::size_t column) { return column < columns.size(); };
    bool fits = std::ranges::all_of(rules.row_key, is_column);
    for (const UniqueKey& unique : rules.unique_keys) {
        fits = fits && !unique.columns.empty() && std::ranges::all_of(unique.columns, is_column) &&
               (unique.nulls_are_apart || !unique.bytes_decide);
    }
    if (!fits) {
        return fail(ErrorKind::definite, error_rules,
                    fmt::format("a key of {} does not fit the table", name));
    }

    const TableHandle handle{static_cast<std::uint32_t>(tables_.size())};
    const std::string strand_name =
        rules.foreign_key_family == 0 ? name : fmt::format("family {}", rules.foreign_key_family);
    const auto [strand, is_new] = strands_by_name_.try_emplace(strand_name, strands_.size());
    if (is_new) strands_.emplace_back();

    Table added{.name = std::move(name),
                .layout = layout,
                .shape = ImageShape(layout),
                .key = {},
                .hasher = {},
                .unique_keys = {},
                .all_columns = bits_of_all(columns.size()),
                .strand = strand->second,
                .is_in_family = rules.foreign_key_family != 0,
                .has_logged_cascades = rules.has_logged_cascades};
    const bool has_key =
        !rules.row_key.empty() && std::ranges::none_of(rules.row_key, [&](std::size_t column) {
            return columns[column].nullable;
        });
    if (has_key) {
        added.key.emplace(layout, rules.row_key);
        PENSTOCK_ASSIGN(added.hasher, binlog::KeyHasher::compile(
                                          layout, whole_columns(rules.row_key), handle.index));
    }
    for (const UniqueKey& unique : rules.unique_keys) {
        added.unique_keys.push_back(
            {KeyColumns(layout, unique.columns), unique.bytes_decide, unique.nulls_are_apart});
    }
    tables_.push_back(std::move(added));
    return handle;
}

Result<void> Coalescer::add(TableHandle handle, const RowsEvent& event) {
    PENSTOCK_ASSERT(handle.index < tables_.size());
    PENSTOCK_ASSERT(!is_finished_);
    const Table& table = tables_[handle.index];
    const auto flags = static_cast<std::uint16_t>(event.flags & ~binlog::rows_statement_end_flag);
    if (event.rows.empty()) return {};  // it only ends its statement
    const bool is_net = table.key && !table.is_in_family &&
                        event.kind != RowsKind::partial_update && are_whole(event, table.layout);
    const std::uint64_t rows_before = counters_.rows_in;
    if (is_net) return add_net(handle, event, flags);
    PENSTOCK_TRY(add_ordered(handle, event, flags));
    counters_.rows_kept_in_order += counters_.rows_in - rows_before;
    return {};
}

Result<void> Coalescer::add_net(TableHandle handle, const RowsEvent& event, std::uint16_t flags) {
    const Table& table = tables_[handle.index];
    const NetRows::Key key{table.shape,
                           *table.key,
                           handle.index,
                           net_segment(handle, flags),
                           0,
                           table.has_logged_cascades};
    binlog::KeyCursor cursor(table.layout, *table.hasher, event);
    while (true) {
        PENSTOCK_ASSIGN(const bool more, cursor.next());
        if (!more) return {};
        const binlog::KeyedRow& row = cursor.row();
        ++counters_.rows_in;
        if ((has_before_image(event.kind) && table.key->has_null(row.before.image)) ||
            (has_after_image(event.kind) && table.key->has_null(row.after.image))) {
            return null_in_key(table.name);
        }
        if (held_rows() + 2 > group_rows_max) return too_many_rows();
        const Contradiction found = take_row(table, row, event.kind, key);
        if (found != Contradiction::none) return contradiction(table.name, found);
    }
}

Contradiction Coalescer::take_row(const Table& table, const binlog::KeyedRow& row, RowsKind kind,
                                  NetRows::Key key) {
    const auto& [before, after] = row;
    key.hash = before.key_hash;
    if (kind == RowsKind::remove) return net_rows_.remove(key, before.image);
    if (kind == RowsKind::update) {
        const bool stays =
            before.key_hash == after.key_hash && table.key->same(before.image, after.image);
        if (stays) return net_rows_.update(key, before.image, after.image);
        const Contradiction found = net_rows_.remove(key, before.image);
        if (found != Contradiction::none) return found;
    }
    key.hash = after.key_hash;
    return net_rows_.write(key, after.image);
}

// The strand's open segment if these rows may join it, or a new one.
std::uint32_t Coalescer::net_segment(TableHandle handle, std::uint16_t flags) {
    Table& table = tables_[handle.index];
    Strand& strand = strands_[table.strand];
    if (strand.is_open) {
        const Draft& last = drafts_[strand.draft];
        if (last.is_coalesced && last.run.table.index == handle.index && last.run.flags == flags) {
            return strand.draft;
        }
    } else {
        strands_in_use_.push_back(table.strand);
    }
    strand.is_open = true;
    strand.draft = static_cast<std::uint32_t>(drafts_.size());
    const base::Bytes all = base::as_bytes(table.all_columns);
    const auto add_draft = [&](RowsKind kind, base::Bytes before, base::Bytes after) {
        drafts_.push_back({.run = {handle, kind, flags, false, before, after, {}},
                           .level = strand.levels++,
                           .is_coalesced = true});
    };
    add_draft(RowsKind::remove, all, {});
    add_draft(RowsKind::update, all, all);
    add_draft(RowsKind::write, {}, all);
    return strand.draft;
}

std::uint32_t Coalescer::ordered_run(TableHandle handle, const RowsEvent& event,
                                     std::uint16_t flags) {
    const Table& table = tables_[handle.index];
    Strand& strand = strands_[table.strand];
    const base::Bytes before = has_before_image(event.kind) ? event.columns_before : base::Bytes();
    const base::Bytes after = has_after_image(event.kind) ? event.columns_after : base::Bytes();
    if (strand.is_open) {
        const Draft& last = drafts_[strand.draft];
        const bool joins = !last.is_coalesced && last.run.table.index == handle.index &&
                           last.run.kind == event.kind && last.run.flags == flags &&
                           std::ranges::equal(last.run.columns_before, before) &&
                           std::ranges::equal(last.run.columns_after, after);
        if (joins) return strand.draft;
    } else {
        strands_in_use_.push_back(table.strand);
    }
    strand.is_open = true;
    strand.draft = static_cast<std::uint32_t>(drafts_.size());
    const bool keeps_order = table.is_in_family || order_matters(event.kind);
    const auto kept = [&](base::Bytes bits) { return base::Bytes(arena_.copy(bits), bits.size()); };
    drafts_.push_back(
        {.run = {handle, event.kind, flags, keeps_order, kept(before), kept(after), {}},
         .level = strand.levels++});
    return strand.draft;
}

Result<void> Coalescer::add_ordered(TableHandle handle, const RowsEvent& event,
                                    std::uint16_t flags) {
    const Table& table = tables_[handle.index];
    const std::uint32_t draft = ordered_run(handle, event, flags);
    if (!table.hasher) return add_keyless(handle, event, draft);
    binlog::KeyCursor cursor(table.layout, *table.hasher, event);
    while (true) {
        PENSTOCK_ASSIGN(const bool more, cursor.next());
        if (!more) return {};
        ++counters_.rows_in;
        if (held_rows() + 1 > group_rows_max) return too_many_rows();
        const auto& [before, after] = cursor.row();
        keep(draft, before.image, after.image, before.has_key ? before.key_hash : after.key_hash);
    }
}

Result<void> Coalescer::add_keyless(TableHandle handle, const RowsEvent& event,
                                    std::uint32_t draft) {
    binlog::RowCursor cursor(tables_[handle.index].layout, event);
    while (true) {
        PENSTOCK_ASSIGN(const auto row, cursor.next());
        if (!row) return {};
        ++counters_.rows_in;
        if (held_rows() + 1 > group_rows_max) return too_many_rows();
        keep(draft, row->before, row->after, 0);
    }
}

void Coalescer::keep(std::uint32_t draft, base::Bytes before, base::Bytes after,
                     std::uint64_t key_hash) {
    const auto kept = [&](base::Bytes image) {
        return image.empty() ? image : base::Bytes(arena_.copy(image), image.size());
    };
    ordered_rows_.push_back({{kept(before), kept(after), key_hash}, draft});
    ++drafts_[draft].rows;
}

Plan Coalescer::finish() {
    PENSTOCK_ASSERT(!is_finished_);
    is_finished_ = true;
    find_net_changes();
    count_net_rows();
    place_runs();
    place_rows();
    counters_.rows_out += rows_.size();
    if (!empty()) ++counters_.groups;
    return {steps_};
}

void Coalescer::find_net_changes() {
    const std::span<NetRow> rows = net_rows_.rows();
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        const Table& table = tables_[rows[i].table];
        rows[i].net = rows[i].change(table.shape);
        if (rows[i].net == NetChange::update && !table.unique_keys.empty()) {
            conflicts_.add(rows[i], i, table.unique_keys);
        }
    }
    counters_.updates_split += conflicts_.resolve(rows);
}

void Coalescer::count_net_rows() {
    for (const NetRow& row : net_rows_.rows()) {
        for_each_run(row,
                     [&](std::uint32_t run, const Row&) { ++drafts_[row.segment + run].rows; });
    }
}

// Runs of the same level, of different strands, make a step.
void Coalescer::place_runs() {
    std::size_t rows = 0;
    for (std::uint32_t i = 0; i < drafts_.size(); ++i) {
        if (drafts_[i].rows != 0) draft_order_.push_back(i);
        rows += drafts_[i].rows;
    }
    const auto level = [&](std::uint32_t draft) { return drafts_[draft].level; };
    std::ranges::stable_sort(draft_order_, {}, level);
    rows_.resize(rows);
    std::size_t at = 0;
    for (const std::uint32_t i : draft_order_) {
        Draft& draft = drafts_[i];
        draft.rows_at = at;
        draft.run.rows = std::span<const Row>(rows_).subspan(at, draft.rows);
        at += draft.rows;
        runs_.push_back(draft.run);
    }
    for (std::size_t from = 0, to = 0; from < runs_.size(); from = to) {
        while (to < runs_.size() && level(draft_order_[to]) == level(draft_order_[from])) ++to;
        steps_.push_back({std::span<const Run>(runs_).subspan(from, to - from)});
    }
}

void Coalescer::place_rows() {
    const auto place = [&](std::uint32_t draft, const Row& row) {
        rows_[drafts_[draft].rows_at++] = row;
    };
    for (const NetRow& net : net_rows_.rows()) {
        for_each_run(net,
                     [&](std::uint32_t run, const Row& row) { place(net.segment + run, row); });
    }
    for (const OrderedRow& ordered : ordered_rows_) place(ordered.draft, ordered.row);
}

void Coalescer::clear() {
    for (const std::size_t strand : strands_in_use_) strands_[strand] = {};
    strands_in_use_.clear();
    net_rows_.clear();
    ordered_rows_.clear();
    drafts_.clear();
    arena_.clear();
    draft_order_.clear();
    rows_.clear();
    runs_.clear();
    steps_.clear();
    is_finished_ = false;
}

void Coalescer::forget_tables() {
    PENSTOCK_ASSERT(empty());
    tables_.clear();
    strands_.clear();
    strands_by_name_.clear();
}

}  // namespace penstock::coalesce
