// Coalescer: what whole source transactions come to, as one net change per row.
//
// It is fed the rows events of consecutive transactions in their order, and makes a Plan: removals,
// then updates, then writes, at most one change per row. What can't be reduced like that keeps the
// source's order against all that it could depend on: rows of tables without a usable key, images
// without all columns, partial updates of documents, tables with foreign keys whose cascades are
// not in the log. README.md has the argument why the result is the same.
//
// A group may be of one transaction or of many; DDL and other statements are for the caller to keep
// between groups. Rules of a table, and its foreign key family, change only between groups. Pure;
// one thread; bytes given are borrowed for the call only.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "binlog/key_hash.h"
#include "coalesce/image_arena.h"
#include "coalesce/limits.h"
#include "coalesce/net_rows.h"
#include "coalesce/plan.h"
#include "coalesce/table_rules.h"
#include "coalesce/unique_conflicts.h"

namespace penstock::coalesce {

struct CoalescerLimits {
    std::size_t group_rows = group_rows_default;
    std::size_t group_bytes = group_bytes_default;
};

class Coalescer {
public:
    explicit Coalescer(CoalescerLimits limits = {}) : limits_(limits), net_rows_(arena_) {}
    Coalescer(const Coalescer&) = delete;
    Coalescer& operator=(const Coalescer&) = delete;

    // One handle per table definition, once; it stays valid until forget_tables(). Definitions of
    // the same table may take turns in a group (the log's optional metadata can be switched at any
    // time). Error: rules that name a column which the layout doesn't have.
    [[nodiscard]] Result<TableHandle> add_table(std::string_view schema, std::string_view table,
                                                const binlog::RowLayout& layout,
                                                const TableRules& rules);

    // `event.flags` are those that count for the statement (binlog::StatementFlags); STMT_END_F is
    // passed over. Errors: bytes that are no rows of the table; rows that contradict the ones
    // before them (error_contradiction). After an error the group is good for clear() only.
    [[nodiscard]] Result<void> add(TableHandle table, const binlog::RowsEvent& event);

    [[nodiscard]] bool empty() const { return drafts_.empty(); }
    // Time to finish(), at the end of the transaction. The group takes more all the same.
    [[nodiscard]] bool is_full() const {
        return held_rows() >= limits_.group_rows || arena_.bytes() >= limits_.group_bytes;
    }
    [[nodiscard]] std::size_t held_rows() const {
        return net_rows_.rows().size() + ordered_rows_.size();
    }
    [[nodiscard]] std::size_t held_bytes() const { return arena_.bytes(); }

    // What the group comes to, until clear(). Nothing may be added in between.
    [[nodiscard]] Plan finish();
    void clear();
    // All handles are void then. The group must be empty.
    void forget_tables();

    [[nodiscard]] const Counters& counters() const { return counters_; }

private:
    struct Table {
        std::string name;
        binlog::RowLayout layout;
        ImageShape shape;
        std::optional<KeyColumns> key;            // none: the rows keep their order
        std::optional<binlog::KeyHasher> hasher;  // with `key`; also to find images' bounds
        std::vector<UniqueConflicts::Key> unique_keys;
        std::string all_columns;
        std::size_t strand = 0;
        bool is_in_family = false;
        bool has_logged_cascades = false;
    };
    // Tables whose rows may depend on each other: one table, or a family tied by foreign keys. Its
    // changes are a sequence of segments, each of rows that may be coalesced, of one definition and
    // with the same flags, or of rows in their order.
    struct Strand {
        std::uint32_t levels = 0;  // that its segments fill
        bool is_open = false;      // `draft` is of this group, and more rows may join
        std::uint32_t draft = 0;   // the last run; of coalesced rows the first of three
    };
    // A run, and at which step of its strand. Coalesced rows have three in a row: removals,
    // updates, writes; they take the number of the first one as their segment.
    struct Draft {
        Run run;
        std::uint32_t level = 0;
        bool is_coalesced = false;
        std::size_t rows = 0;
        std::size_t rows_at = 0;
    };
    struct OrderedRow {
        Row row;
        std::uint32_t draft = 0;
    };

    [[nodiscard]] Result<void> add_net(TableHandle handle, const binlog::RowsEvent& event,
                                       std::uint16_t flags);
    [[nodiscard]] Result<void> add_ordered(TableHandle handle, const binlog::RowsEvent& event,
                                           std::uint16_t flags);
    [[nodiscard]] Result<void> add_keyless(TableHandle handle, const binlog::RowsEvent& event,
                                           std::uint32_t draft);
    void keep(std::uint32_t draft, base::Bytes before, base::Bytes after, std::uint64_t key_hash);
    [[nodiscard]] std::uint32_t net_segment(TableHandle handle, std::uint16_t flags);
    [[nodiscard]] std::uint32_t ordered_run(TableHandle handle, const binlog::RowsEvent& event,
                                            std::uint16_t flags);
    [[nodiscard]] Contradiction take_row(const Table& table, const binlog::KeyedRow& row,
                                         binlog::RowsKind kind, NetRows::Key key);

    void find_net_changes();
    void count_net_rows();
    void place_runs();
    void place_rows();

    const CoalescerLimits limits_;
    std::deque<Table> tables_;  // drafts borrow from them
    std::unordered_map<std::string, std::size_t> strands_by_name_;
    std::vector<Strand> strands_;
    std::vector<std::size_t> strands_in_use_;

    ImageArena arena_;
    NetRows net_rows_;
    std::vector<OrderedRow> ordered_rows_;
    std::vector<Draft> drafts_;
    UniqueConflicts conflicts_;
    Counters counters_;

    // The plan.
    bool is_finished_ = false;
    std::vector<std::uint32_t> draft_order_;
    std::vector<Row> rows_;
    std::vector<Run> runs_;
    std::vector<Step> steps_;
};

}  // namespace penstock::coalesce
