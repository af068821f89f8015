#include "verify/keyed_comparison.h"

#include <fmt/format.h>
#include <unordered_map>
#include <utility>

#include "snapshot/sessions.h"
#include "verify/errors.h"
#include "verify/limits.h"

namespace penstock::verify {

using snapshot::KeyLiterals;
using snapshot::TableShape;

namespace {

// The key's columns as read_expression gives them.
std::string key_expressions(const TableShape& table) {
    std::string list;
    for (std::size_t i = 0; i < table.key.size(); ++i) {
        if (i > 0) list += ", ";
        list += snapshot::read_expression(table.key_column(i));
    }
    return list;
}

}  // namespace

KeyedComparison::KeyedComparison(Sides& sides, const TablePair& tables,
                                 const snapshot::PartBounds& bounds, const CompareOptions& options,
                                 CompareProgress& progress)
    : sides_(sides), tables_(tables), bounds_(bounds), options_(options), progress_(progress) {}

Result<PartReport> KeyedComparison::run(const std::stop_token& stop) {
    report_ = PartReport{};
    PENSTOCK_TRY(walk(Range{}, Holder::source, stop));
    return std::move(report_);
}

Result<void> KeyedComparison::walk(const Range& whole, Holder driver, const std::stop_token& stop) {
    Range range = whole;
    while (true) {
        if (stop.stop_requested()) return snapshot::cancelled();
        range.to = whole.to;
        PENSTOCK_ASSIGN(KeyLiterals end, chunk_end(range, driver));
        const bool last = end.empty();
        if (!last) range.to = std::move(end);
        PENSTOCK_TRY(compare(range, driver, stop));
        if (last) return {};
        range.from = range.to;
    }
}

std::string KeyedComparison::where(const TableShape& table, const Range& range) const {
    return fmt::format(" WHERE {} AND {} AND {}", snapshot::inside(table, bounds_),
                       snapshot::after(table, range.from), snapshot::up_to(table, range.to));
}

KeyLiterals KeyedComparison::literals(const mysql::Row& row) const {
    KeyLiterals key;
    for (std::size_t i = 0; i < tables_.source.key.size(); ++i) {
        key.push_back(snapshot::key_literal(tables_.source.key_column(i),
                                            row[i].value_or(std::string_view{})));
    }
    return key;
}

Result<KeyLiterals> KeyedComparison::chunk_end(const Range& rest, Holder driver) {
    const bool source = driver == Holder::source;
    const TableShape& table = source ? tables_.source : tables_.destination;
    mysql::Connection& connection = source ? sides_.source : sides_.destination;
    PENSTOCK_ASSIGN(const mysql::ResultSet result,
                    connection.query(fmt::format(
                        "SELECT {}{}{} ORDER BY {} LIMIT 1 OFFSET {}", key_expressions(table),
                        snapshot::from_clause(table), where(table, rest), snapshot::key_list(table),
                        options_.chunk_rows - 1)));
    if (result.row_count() == 0) return KeyLiterals{};
    return literals(result.row(0));
}

Result<void> KeyedComparison::compare(const Range& range, Holder driver,
                                      const std::stop_token& stop) {
    const auto sql = [&](const TableShape& table) {
        return "SELECT COUNT(*), " + set_digest_expression(table, sides_.aggregate) +
               snapshot::from_clause(table) + where(table, range);
    };
    PENSTOCK_ASSIGN(const Digest source, read_digest(sides_.source, sql(tables_.source)));
    PENSTOCK_ASSIGN(const Digest destination,
                    read_digest(sides_.destination, sql(tables_.destination)));
    if (source != destination) {
        const std::uint64_t held_max = options_.chunk_rows * destination_chunks_max;
        if (driver == Holder::source && destination.rows > held_max) {
            return walk(range, Holder::destination, stop);
        }
        PENSTOCK_TRY(narrow(range, stop));
    }
    report_.rows_compared += source.rows;
    progress_.rows_done.fetch_add(source.rows, std::memory_order_relaxed);
    return {};
}

Result<void> KeyedComparison::narrow(const Range& range, const std::stop_token& stop) {
    PENSTOCK_ASSIGN(std::vector<Mismatch> mismatches, find_mismatches(range));
    for (std::uint32_t i = 0; i < options_.recheck_attempts && !mismatches.empty(); ++i) {
        if (!snapshot::pause(options_.recheck_pause, stop)) return snapshot::cancelled();
        if (mismatches.size() <= inspected_keys_max) {
            PENSTOCK_ASSIGN(mismatches, still_different(std::move(mismatches)));
        } else {
            PENSTOCK_ASSIGN(mismatches, find_mismatches(range));
        }
    }
    return report(mismatches);
}

Result<std::vector<KeyedComparison::Mismatch>> KeyedComparison::find_mismatches(
    const Range& range) {
    const auto sql = [&](const TableShape& table) {
        return fmt::format("SELECT {}, {}{}{} ORDER BY {}", key_expressions(table),
                           row_digest_expression(table), snapshot::from_clause(table),
                           where(table, range), snapshot::key_list(table));
    };
    const std::size_t digest_column = tables_.source.key.size();
    std::unordered_map<std::string, std::string> on_destination;  // digest by key
    {
        PENSTOCK_ASSIGN(mysql::RowStream rows, sides_.destination.stream(sql(tables_.destination)));
        while (true) {
            PENSTOCK_ASSIGN(const mysql::Row* row, rows.next());
            if (row == nullptr) break;
            on_destination[snapshot::join_key(literals(*row))] =
                (*row)[digest_column].value_or(std::string_view{});
        }
    }
    std::vector<Mismatch> mismatches;
    PENSTOCK_ASSIGN(mysql::RowStream rows, sides_.source.stream(sql(tables_.source)));
    while (true) {
        PENSTOCK_ASSIGN(const mysql::Row* row, rows.next());
        if (row == nullptr) break;
        KeyLiterals key = literals(*row);
        const auto found = on_destination.find(snapshot::join_key(key));
        const bool equal = found != on_destination.end() &&
                           found->second == (*row)[digest_column].value_or(std::string_view{});
        if (!equal) mismatches.push_back({std::move(key), Holder::source});
        if (found != on_destination.end()) on_destination.erase(found);
    }
    for (const auto& left : on_destination) {
        mismatches.push_back({snapshot::split_key(left.first), Holder::destination});
    }
    return mismatches;
}

Result<std::vector<KeyedComparison::Mismatch>> KeyedComparison::still_different(
    std::vector<Mismatch> mismatches) {
    std::vector<Mismatch> still;
    for (Mismatch& mismatch : mismatches) {
        PENSTOCK_ASSIGN(const std::optional<Difference> difference, inspect(mismatch));
        if (difference) still.push_back(std::move(mismatch));
    }
    return still;
}

Result<std::optional<Difference>> KeyedComparison::inspect(const Mismatch& mismatch) {
    const std::string condition = snapshot::at(tables_.source, mismatch.key);
    PENSTOCK_ASSIGN(const std::optional<RowValues> source,
                    read_row(sides_.source, tables_.source, condition));
    PENSTOCK_ASSIGN(const std::optional<RowValues> destination,
                    read_row(sides_.destination, tables_.destination, condition));
    Difference difference;
    difference.key = condition;
    if (source && destination) {
        // By the source's spelling of the key this row is told of already.
        if (mismatch.seen_on == Holder::destination) return std::optional<Difference>();
        difference.kind = DifferenceKind::different_columns;
        difference.detail = describe_differences(tables_.source, *source, *destination);
        if (difference.detail.empty()) return std::optional<Difference>();
    } else if (source) {
        difference.kind = DifferenceKind::missing_on_destination;
        difference.detail = describe_row(tables_.source, *source);
    } else if (destination) {
        difference.kind = DifferenceKind::extra_on_destination;
        difference.detail = describe_row(tables_.destination, *destination);
    } else {
        return std::optional<Difference>();
    }
    return std::optional<Difference>(std::move(difference));
}

Result<void> KeyedComparison::report(const std::vector<Mismatch>& mismatches) {
    std::size_t inspected = 0;
    for (const Mismatch& mismatch : mismatches) {
        if (++inspected > inspected_keys_max) {
            ++report_.rows_different;
            continue;
        }
        PENSTOCK_ASSIGN(std::optional<Difference> difference, inspect(mismatch));
        if (difference) report_.add(std::move(*difference), options_.differences_per_table);
    }
    return {};
}

}  // namespace penstock::verify
