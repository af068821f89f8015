#include "apply/merge_rules.h"

#include <fmt/format.h>
#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "binlog/collation.h"

namespace penstock::apply {
namespace {

using Columns = std::vector<std::size_t>;

constexpr std::string_view collation_without_folding = "utf8mb4_0900_bin";

Columns all_columns(const DestinationTable& destination) {
    Columns all(destination.columns.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

std::optional<std::size_t> column_of(const DestinationTable& destination, std::string_view name) {
    const auto found = std::ranges::find_if(destination.columns, [&](const auto& column) {
        return base::equals_ignoring_ascii_case(column.name, name);
    });
    if (found == destination.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - destination.columns.begin());
}

// The columns whose names stand in backticks; nullopt where that is not plain.
std::optional<Columns> columns_in(const DestinationTable& destination, std::string_view text) {
    Columns columns;
    for (std::size_t at = text.find('`'); at != std::string_view::npos; at = text.find('`', at)) {
        const std::size_t end = text.find('`', at + 1);
        if (end == std::string_view::npos) return std::nullopt;
        const auto column = column_of(destination, text.substr(at + 1, end - at - 1));
        if (!column) return std::nullopt;
        if (std::ranges::find(columns, *column) == columns.end()) columns.push_back(*column);
        at = end + 1;
    }
    if (columns.empty()) return std::nullopt;
    return columns;
}

// A key whose columns identify a row: plain, stored, never NULL.
bool is_row_key(const DestinationTable& destination, const DestinationKey& key) {
    return std::ranges::all_of(key.parts, [&](const DestinationKeyPart& part) {
        const auto column = column_of(destination, part.column);
        return column && !destination.columns[*column].is_virtual && !part.nullable;
    });
}

// Of the destination: it is its collation that takes values for the same.
std::vector<binlog::ValueType> value_types(const StreamTable& table,
                                           const DestinationTable& destination) {
    std::vector<binlog::ValueType> types;
    for (std::size_t i = 0; i < destination.columns.size(); ++i) {
        const std::string& collation = destination.columns[i].collation;
        binlog::ValueType type{.column = table.layout.columns()[i]};
        if (collation.empty()) type.collation = binlog::collation_binary;
        if (collation == collation_without_folding) {
            type.collation = binlog::collation_utf8mb4_0900_bin;
        }
        types.push_back(type);
    }
    return types;
}

// What an expression or a virtual column comes to is not taken from the images.
coalesce::UniqueKey unique_key(const std::vector<binlog::ValueType>& types,
                               const DestinationTable& destination, const DestinationKey& key) {
    coalesce::UniqueKey unique;
    std::vector<binlog::KeyPart> parts;
    for (const DestinationKeyPart& part : key.parts) {
        const auto column = column_of(destination, part.column);
        if (column && !destination.columns[*column].is_virtual) {
            unique.columns.push_back(*column);
            parts.push_back({*column, part.has_prefix ? std::uint64_t{1} : 0});
            continue;
        }
        unique.nulls_are_apart = false;
        const auto read = columns_in(destination, part.expression);
        if (!read) {
            unique.columns = all_columns(destination);
            break;
        }
        unique.columns.insert(unique.columns.end(), read->begin(), read->end());
    }
    std::ranges::sort(unique.columns);
    unique.columns.erase(std::unique(unique.columns.begin(), unique.columns.end()),
                         unique.columns.end());
    unique.bytes_decide = unique.nulls_are_apart && coalesce::bytes_decide(types, parts);
    return unique;
}

// Empty: the images' columns are the destination's.
std::string mismatch(const StreamTable& table, const binlog::OptionalMetadata& metadata,
                     const DestinationTable& destination) {
    if (destination.columns.empty()) return "the destination has no such table";
    if (destination.columns.size() != table.map.column_count) {
        return fmt::format("the stream has {} columns, the destination {}", table.map.column_count,
                           destination.columns.size());
    }
    for (std::size_t i = 0; i < metadata.column_names.size(); ++i) {
        const std::string& name = destination.columns[i].name;
        if (base::equals_ignoring_ascii_case(name, metadata.column_names[i])) continue;
        return fmt::format("column {} is {} in the stream and {} on the destination", i + 1,
                           metadata.column_names[i], name);
    }
    return "";
}

}  // namespace

Result<MergeRules> make_merge_rules(const StreamTable& table, const DestinationTable& destination) {
    MergeRules made;
    PENSTOCK_ASSIGN(const binlog::OptionalMetadata metadata,
                    binlog::decode_optional_metadata(table.map));
    made.is_unsigned = metadata.is_unsigned;
    made.obstacle = mismatch(table, metadata, destination);
    if (!made.obstacle.empty()) return made;
    const auto key = std::ranges::find_if(destination.unique_keys, [&](const DestinationKey& each) {
        return is_row_key(destination, each);
    });
    if (key == destination.unique_keys.end()) {
        made.obstacle = "it has no primary key and no unique key without NULL";
        return made;
    }
    const std::vector<binlog::ValueType> types = value_types(table, destination);
    for (const DestinationKeyPart& part : key->parts) {
        made.rules.row_key.push_back(*column_of(destination, part.column));
    }
    for (const DestinationKey& each : destination.unique_keys) {
        if (&each == &*key) continue;
        made.rules.unique_keys.push_back(unique_key(types, destination, each));
    }
    return made;
}

}  // namespace penstock::apply
