// HistoryCheck: random lawful histories of transactions, replayed as they are and coalesced.
//
// A history is made against a model, so that a server would take it: rows inserted, changed, moved
// to other keys and back, removed, unique values swapped through temporary ones and shifted along
// chains, NULLs, whole and minimal images, events of one row or many, tables without keys, texts
// whose collation takes different bytes for the same, definitions and flags that change. What the
// coalescer makes of it is applied to a second model, in a random order wherever a plan leaves it
// free.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "model.h"
#include "support.h"

namespace penstock::coalesce {

class HistoryCheck {
public:
    HistoryCheck();

    // Empty, or what went wrong with the history of this seed.
    [[nodiscard]] std::string run(std::uint64_t seed);
    [[nodiscard]] const Counters& counters() const { return coalescer_.counters(); }

private:
    // A change as it was made on the source.
    struct Change {
        std::size_t table = 0;
        binlog::RowsKind kind = binlog::RowsKind::write;
        std::uint16_t flags = 0;
        std::string columns_before, columns_after, before, after;

        [[nodiscard]] bool joins(const Change& other) const;
    };
    // What came of a table in a group, to hold the plan against.
    struct Seen {
        std::vector<Cells> rows_at_start;
        std::vector<std::uint16_t> flags;  // each time they changed
        bool all_coalesced = true;
        std::size_t removals = 0, updates = 0, writes = 0;  // in the plan
        std::vector<std::uint16_t> flags_out;
    };

    std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
    bool one_in(std::size_t count) { return below(count) == 0; }

    [[nodiscard]] Cell random_cell(const TestColumn& column);
    [[nodiscard]] Cells random_cells(const TestTable& table);
    void run_statement();
    void insert(std::size_t table);
    void remove(std::size_t table);
    void update(std::size_t table, std::size_t row, Cells after);
    void update_some(std::size_t table);
    [[nodiscard]] std::size_t column_to_move(std::size_t table);
    void swap(std::size_t table);
    void shift(std::size_t table);
    void take(Change change);
    void send();

    [[nodiscard]] std::string check_group();
    [[nodiscard]] std::string apply_step(const Step& step);
    [[nodiscard]] std::string check_table(std::size_t table);

    std::vector<TestTable> tables_;
    Coalescer coalescer_;
    std::vector<TableHandle> handles_;  // of each table, and then once more

    std::mt19937_64 random_;
    std::vector<std::size_t> used_;  // tables of this history
    std::vector<Model> source_;
    std::vector<Model> destination_;
    std::vector<Seen> seen_;
    std::uint16_t flags_ = 0;
    bool minimal_ = false;
    bool has_two_definitions_ = false;
    std::vector<Change> event_;
    std::string problem_;
    // Rows of tables tied by foreign keys, in the source's order, and in the plan's.
    std::vector<std::string> family_in_, family_out_;
};

}  // namespace penstock::coalesce
