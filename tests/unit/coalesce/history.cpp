#include "history.h"

#include <fmt/format.h>
#include <algorithm>

namespace penstock::coalesce {
namespace {

using binlog::RowsKind;

constexpr std::size_t coalesced_tables = 6;  // the first ones of make_tables()
constexpr std::size_t rows_per_table_max = 12;
constexpr std::uint32_t numbers = 8;  // few values, so that keys meet often
const char* const texts[] = {"", "a", "A", "a ", "b", "B", "c"};

const TestColumn id{};
const TestColumn number_or_null{false, true};
const TestColumn word{true, false};
const TestColumn word_or_null{true, true};

std::vector<TestTable> make_tables() {
    std::vector<TestTable> tables;
    tables.emplace_back("plain", std::vector{id, number_or_null, word}, TestKey{{0}},
                        std::vector<TestKey>{});
    tables.emplace_back("one_unique", std::vector{id, number_or_null, word_or_null}, TestKey{{0}},
                        std::vector{TestKey{{1}}});
    tables.emplace_back("composite", std::vector{word_or_null, number_or_null, word, id},
                        TestKey{{3, 2}}, std::vector{TestKey{{1, 0}}, TestKey{{3, 1}}});
    tables.emplace_back("folded", std::vector{word, word_or_null, number_or_null},
                        TestKey{{0}, true}, std::vector{TestKey{{1}, true}, TestKey{{2}}});
    tables.emplace_back("three_unique", std::vector{id, id, number_or_null, id, word_or_null},
                        TestKey{{0}}, std::vector{TestKey{{1}}, TestKey{{2}}, TestKey{{3, 4}}});
    tables.emplace_back("wide",
                        std::vector{word_or_null, id, number_or_null, id, id, id, id, id, word},
                        TestKey{{1}}, std::vector{TestKey{{2}}, TestKey{{3, 8}, true}});
    tables.emplace_back("keyless", std::vector{number_or_null, word_or_null}, TestKey{},
                        std::vector<TestKey>{});
    tables.emplace_back("null_unique", std::vector{number_or_null, word_or_null}, TestKey{},
                        std::vector{TestKey{{0}}});
    tables.emplace_back("parent", std::vector{id, number_or_null}, TestKey{{0}},
                        std::vector{TestKey{{1}}}, 7);
    tables.emplace_back("child", std::vector{id, number_or_null}, TestKey{{0}},
                        std::vector<TestKey>{}, 7);
    return tables;
}

std::string family_row(std::size_t table, RowsKind kind, base::Bytes before, base::Bytes after) {
    return fmt::format("{} {} {}|{}", table, static_cast<int>(kind), base::as_text(before),
                       base::as_text(after));
}

void note_flags(std::vector<std::uint16_t>& seen, std::uint16_t flags) {
    if (seen.empty() || seen.back() != flags) seen.push_back(flags);
}

bool is_subsequence(const std::vector<std::uint16_t>& part, const std::vector<std::uint16_t>& all) {
    std::size_t next = 0;
    for (const std::uint16_t flags : all) {
        if (next < part.size() && part[next] == flags) ++next;
    }
    return next == part.size();
}

}  // namespace

bool HistoryCheck::Change::joins(const Change& other) const {
    return table == other.table && kind == other.kind && flags == other.flags &&
           columns_before == other.columns_before && columns_after == other.columns_after;
}

HistoryCheck::HistoryCheck() : tables_(make_tables()) {
    for (std::size_t i = 0; i < 2 * tables_.size(); ++i) {
        const TestTable& table = tables_[i % tables_.size()];
        handles_.push_back(
            coalescer_.add_table("shop", table.name, table.layout, table.rules()).value());
    }
    for (const TestTable& table : tables_) {
        source_.emplace_back(table);
        destination_.emplace_back(table);
        seen_.emplace_back();
    }
}

std::string HistoryCheck::run(std::uint64_t seed) {
    random_.seed(seed);
    problem_.clear();
    used_.clear();
    coalescer_.clear();
    for (std::size_t count = 1 + below(3); count > 0; --count) {
        used_.push_back(below(one_in(4) ? tables_.size() : coalesced_tables));
    }
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        source_[i].clear();
        destination_[i].clear();
    }
    const bool has_minimal = one_in(4);
    const bool has_flags = one_in(4);
    has_two_definitions_ = one_in(8);
    for (std::size_t groups = 1 + below(4); groups > 0; --groups) {
        for (const std::size_t table : used_) {
            seen_[table] = {};
            seen_[table].rows_at_start = source_[table].sorted_rows();
        }
        family_in_.clear();
        family_out_.clear();
        for (std::size_t statements = 1 + below(25); statements > 0; --statements) {
            minimal_ = has_minimal && one_in(4);
            flags_ = has_flags && one_in(4) ? binlog::rows_no_foreign_key_checks_flag : 0;
            run_statement();
            if (one_in(2)) send();
        }
        send();
        if (problem_.empty()) problem_ = check_group();
        if (!problem_.empty()) return problem_;
    }
    return {};
}

Cell HistoryCheck::random_cell(const TestColumn& column) {
    if (column.nullable && one_in(4)) return std::nullopt;
    if (column.is_text) return text(texts[below(std::size(texts))]);
    return number(static_cast<std::uint32_t>(below(numbers)));
}

Cells HistoryCheck::random_cells(const TestTable& table) {
    Cells cells;
    for (const TestColumn& column : table.columns) cells.push_back(random_cell(column));
    return cells;
}

void HistoryCheck::run_statement() {
    const std::size_t table = used_[below(used_.size())];
    for (std::size_t rows = one_in(2) ? 1 : 1 + below(5); rows > 0; --rows) {
        switch (below(10)) {
            case 0:
            case 1:
            case 2:
                insert(table);
                break;
            case 3:
            case 4:
                remove(table);
                break;
            case 5:
                swap(table);
                break;
            case 6:
                shift(table);
                break;
            default:
                update_some(table);
        }
    }
}

void HistoryCheck::insert(std::size_t table) {
    const TestTable& shape = tables_[table];
    if (source_[table].rows().size() >= rows_per_table_max) return;
    const Cells cells = random_cells(shape);
    std::string columns = shape.all();
    if (minimal_) {
        std::vector<std::size_t> given;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (cells[i]) given.push_back(i);
        }
        if (!given.empty()) columns = shape.only(given);
    }
    take({table, RowsKind::write, flags_, {}, columns, {}, shape.image(cells, columns)});
}

void HistoryCheck::remove(std::size_t table) {
    const TestTable& shape = tables_[table];
    const auto& rows = source_[table].rows();
    if (rows.empty()) return;
    const std::string columns = minimal_ && !shape.row_key.columns.empty()
                                    ? shape.only(shape.row_key.columns)
                                    : shape.all();
    const std::string before = shape.image(rows[below(rows.size())], columns);
    take({table, RowsKind::remove, flags_, columns, {}, before, {}});
}

void HistoryCheck::update(std::size_t table, std::size_t row, Cells after) {
    const TestTable& shape = tables_[table];
    const Cells before = source_[table].rows()[row];
    Change change{table, RowsKind::update, flags_, shape.all(), shape.all(), {}, {}};
    if (minimal_) {
        std::vector<std::size_t> changed;
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (before[i] != after[i]) changed.push_back(i);
        }
        if (changed.empty()) return;
        change.columns_after = shape.only(changed);
        if (!shape.row_key.columns.empty()) {
            change.columns_before = shape.only(shape.row_key.columns);
        }
    }
    change.before = shape.image(before, change.columns_before);
    change.after = shape.image(after, change.columns_after);
    take(std::move(change));
}

void HistoryCheck::update_some(std::size_t table) {
    const auto& rows = source_[table].rows();
    if (rows.empty()) return;
    const std::size_t row = below(rows.size());
    Cells after = rows[row];
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (one_in(3)) after[i] = random_cell(tables_[table].columns[i]);
    }
    update(table, row, std::move(after));
}

// Mostly one of a unique key.
std::size_t HistoryCheck::column_to_move(std::size_t table) {
    const auto& unique_keys = tables_[table].unique_keys;
    if (unique_keys.empty() || one_in(4)) return below(tables_[table].columns.size());
    const auto& columns = unique_keys[below(unique_keys.size())].columns;
    return columns[below(columns.size())];
}

// The values of a column of two rows, through a temporary one.
void HistoryCheck::swap(std::size_t table) {
    const auto& rows = source_[table].rows();
    if (rows.size() < 2) return;
    const std::size_t a = below(rows.size());
    const std::size_t b = below(rows.size());
    const std::size_t column = column_to_move(table);
    const Cell value_a = rows[a][column];
    const Cell value_b = rows[b][column];
    const auto set = [&](std::size_t row, const Cell& value) {
        Cells after = source_[table].rows()[row];
        after[column] = value;
        update(table, row, std::move(after));
    };
    set(a, tables_[table].columns[column].is_text ? text("temporary") : number(1000));
    set(b, value_a);
    set(a, value_b);
}

// UPDATE ... SET column = column + 1 ORDER BY column DESC, in one event.
void HistoryCheck::shift(std::size_t table) {
    const std::size_t column = column_to_move(table);
    if (tables_[table].columns[column].is_text) return;
    const bool wraps = one_in(2);  // what is beyond comes back at the beginning, a ring
    for (std::uint32_t value = numbers; value-- > 0;) {
        for (std::size_t row = 0; row < source_[table].rows().size(); ++row) {
            Cells after = source_[table].rows()[row];
            if (after[column] != number(value)) continue;
            after[column] = number(value + 1);
            update(table, row, std::move(after));
            break;
        }
    }
    for (std::size_t row = 0; wraps && row < source_[table].rows().size(); ++row) {
        Cells after = source_[table].rows()[row];
        if (after[column] != number(numbers)) continue;
        after[column] = number(0);
        update(table, row, std::move(after));
    }
}

// Only what a server takes is in the history.
void HistoryCheck::take(Change change) {
    const auto refused = source_[change.table].apply(
        change.kind, base::as_bytes(change.columns_before), base::as_bytes(change.columns_after),
        base::as_bytes(change.before), base::as_bytes(change.after));
    if (!refused.empty()) return;
    if (!event_.empty() && (!event_.back().joins(change) || one_in(4))) send();
    Seen& seen = seen_[change.table];
    const TestTable& table = tables_[change.table];
    note_flags(seen.flags, change.flags);
    const bool whole = (change.columns_before.empty() || change.columns_before == table.all()) &&
                       (change.columns_after.empty() || change.columns_after == table.all());
    if (!whole || seen.flags.size() > 1 || table.family != 0 || has_two_definitions_) {
        seen.all_coalesced = false;
    }
    if (table.family != 0) {
        family_in_.push_back(family_row(change.table, change.kind, base::as_bytes(change.before),
                                        base::as_bytes(change.after)));
    }
    event_.push_back(std::move(change));
}

void HistoryCheck::send() {
    if (event_.empty()) return;
    const Change& first = event_.front();
    TestEvent event{first.kind, first.columns_before, first.columns_after, {}, first.flags};
    for (const Change& change : event_) event.rows += change.before + change.after;
    if (one_in(2)) event.flags |= binlog::rows_statement_end_flag;
    const std::size_t definition = has_two_definitions_ && one_in(4) ? tables_.size() : 0;
    const auto added =
        coalescer_.add(handles_[first.table + definition], event.view(tables_[first.table]));
    if (!added && problem_.empty()) problem_ = added.error().to_string();
    event_.clear();
}

std::string HistoryCheck::check_group() {
    const Plan plan = coalescer_.finish();
    for (const Step& step : plan.steps) {
        const std::string problem = apply_step(step);
        if (!problem.empty()) return problem;
    }
    coalescer_.clear();
    if (family_in_ != family_out_) return "rows tied by foreign keys out of order";
    for (const std::size_t table : used_) {
        const std::string problem = check_table(table);
        if (!problem.empty()) return tables_[table].name + ": " + problem;
    }
    return {};
}

std::string HistoryCheck::apply_step(const Step& step) {
    struct Turn {
        const Run* run;
        std::size_t row;
    };
    std::vector<Turn> turns;
    for (const Run& run : step.runs) {
        for (std::size_t row = 0; row < run.rows.size(); ++row) turns.push_back({&run, row});
    }
    std::ranges::shuffle(turns, random_);
    std::vector<std::size_t> next(step.runs.size());
    for (const Turn& turn : turns) {
        const Run& run = *turn.run;
        const auto number = static_cast<std::size_t>(turn.run - step.runs.data());
        const Row& row = run.rows[run.keeps_order ? next[number]++ : turn.row];
        const std::size_t table = run.table.index % tables_.size();
        const std::string refused = destination_[table].apply(
            run.kind, run.columns_before, run.columns_after, row.before, row.after);
        if (!refused.empty()) return tables_[table].name + ": " + refused;
        Seen& seen = seen_[table];
        note_flags(seen.flags_out, run.flags);
        seen.removals += run.kind == RowsKind::remove;
        seen.updates += run.kind == RowsKind::update;
        seen.writes += run.kind == RowsKind::write;
        if (tables_[table].family != 0) {
            family_out_.push_back(family_row(table, run.kind, row.before, row.after));
        }
    }
    return {};
}

std::string HistoryCheck::check_table(std::size_t table) {
    const std::vector<Cells> rows = destination_[table].sorted_rows();
    const Seen& seen = seen_[table];
    if (rows != source_[table].sorted_rows()) return "other rows than on the source";
    if (!is_subsequence(seen.flags_out, seen.flags)) return "flags in another order";
    if (!seen.all_coalesced || tables_[table].row_key.columns.empty()) return {};

    // One change for each row that is another one now, but for the updates that were split.
    const auto& key = tables_[table].row_key.columns;
    const auto row_with_key_of = [&](const std::vector<Cells>& among, const Cells& row) {
        return std::ranges::find_if(among, [&](const Cells& other) {
            return std::ranges::all_of(key, [&](std::size_t i) { return other[i] == row[i]; });
        });
    };
    std::size_t gone = 0, changed = 0, come = 0;
    for (const Cells& row : seen.rows_at_start) {
        const auto now = row_with_key_of(rows, row);
        if (now == rows.end())
            ++gone;
        else if (*now != row)
            ++changed;
    }
    for (const Cells& row : rows) {
        come += row_with_key_of(seen.rows_at_start, row) == seen.rows_at_start.end();
    }
    const std::size_t split = seen.removals - gone;
    const bool may_split = !tables_[table].unique_keys.empty();
    if (seen.removals < gone || seen.writes != come + split || seen.updates != changed - split ||
        (split != 0 && !may_split)) {
        return "more changes than needed";
    }
    return {};
}

}  // namespace penstock::coalesce
