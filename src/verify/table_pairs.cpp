#include "verify/table_pairs.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <utility>

namespace penstock::verify {
namespace {

using schema::ColumnDefinition;
using schema::TableDefinition;

std::string describe_column(const ColumnDefinition& column) {
    std::string text = mysql::quote_identifier(column.name) + " " + column.type;
    if (!column.collation.empty()) text += " " + column.collation;
    return text;
}

// Values and their order depend on these; nullability, defaults and indexes do not change them.
bool same_values(const ColumnDefinition& a, const ColumnDefinition& b) {
    return a.name == b.name && a.type == b.type && a.character_set == b.character_set &&
           a.collation == b.collation;
}

// Empty: rows can be compared.
std::string definition_difference(const TableDefinition& source,
                                  const TableDefinition& destination) {
    const std::size_t count = std::max(source.columns.size(), destination.columns.size());
    for (std::size_t i = 0; i < count; ++i) {
        const bool on_source = i < source.columns.size();
        const bool on_destination = i < destination.columns.size();
        if (on_source && on_destination && same_values(source.columns[i], destination.columns[i])) {
            continue;
        }
        return fmt::format("column {}: {} on source, {} on destination", i + 1,
                           on_source ? describe_column(source.columns[i]) : "none",
                           on_destination ? describe_column(destination.columns[i]) : "none");
    }
    if (source.key != destination.key) return "the tables have different keys";
    return {};
}

Result<TableCase> pair_table(const TableDefinition* source, const TableDefinition* destination) {
    const TableDefinition& named = source != nullptr ? *source : *destination;
    TableCase made;
    made.report.table = {named.schema, named.name};
    if (source == nullptr) {
        made.report.differences.push_back({DifferenceKind::table_extra_on_destination, {}, {}});
        return made;
    }
    if (destination == nullptr) {
        made.report.differences.push_back({DifferenceKind::table_missing_on_destination, {}, {}});
        return made;
    }
    std::string difference = definition_difference(*source, *destination);
    if (!difference.empty()) {
        made.report.differences.push_back(
            {DifferenceKind::different_definition, {}, std::move(difference)});
        return made;
    }
    TablePair pair;
    PENSTOCK_ASSIGN(pair.source, snapshot::make_table_shape(*source));
    PENSTOCK_ASSIGN(pair.destination, snapshot::make_table_shape(*destination));
    made.pair = std::move(pair);
    return made;
}

}  // namespace

Result<std::vector<TableCase>> pair_tables(const std::vector<TableDefinition>& source,
                                           const std::vector<TableDefinition>& destination) {
    struct Both {
        const TableDefinition* source = nullptr;
        const TableDefinition* destination = nullptr;
    };
    std::map<std::pair<std::string, std::string>, Both> tables;
    for (const TableDefinition& table : source) tables[{table.schema, table.name}].source = &table;
    for (const TableDefinition& table : destination) {
        tables[{table.schema, table.name}].destination = &table;
    }
    std::vector<TableCase> cases;
    for (const auto& entry : tables) {
        PENSTOCK_ASSIGN(TableCase made, pair_table(entry.second.source, entry.second.destination));
        cases.push_back(std::move(made));
    }
    return cases;
}

}  // namespace penstock::verify
