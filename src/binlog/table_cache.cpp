#include "binlog/table_cache.h"

#include <fmt/format.h>
#include <utility>

#include "binlog/errors.h"
#include "binlog/limits.h"

namespace penstock::binlog {

void TableCache::clear() {
    tables_.clear();
    definition_bytes_ = 0;
    statement_open_ = false;
}

void TableCache::forget(std::uint64_t table_id) {
    const auto known = tables_.find(table_id);
    if (known == tables_.end()) return;
    definition_bytes_ -= known->second->definition.size();
    tables_.erase(known);
}

Result<void> TableCache::make_room(const EventView& event) {
    const auto is_full = [&] {
        return tables_.size() >= tables_per_statement_max ||
               definition_bytes_ + event.body.size() > table_definitions_bytes_max;
    };
    if (is_full() && !statement_open_) clear();
    if (!is_full()) return {};
    return tl::unexpected<Error>(located(
        event, Error{ErrorKind::corrupt, error_table_limit,
                     fmt::format("the statement has more than {} tables, or their definitions are "
                                 "larger than {} bytes",
                                 tables_per_statement_max, table_definitions_bytes_max),
                     "no server writes such a file; take another copy"}));
}

Result<std::unique_ptr<Table>> TableCache::build(const EventView& event,
                                                 const TableMap& map) const {
    auto table = std::make_unique<Table>();
    PENSTOCK_ASSIGN(table->layout, RowLayout::compile(map));
    table->id = map.table_id;
    table->schema = map.schema;
    table->name = map.table;
    table->definition = base::as_text(map.body);
    // Read again from the bytes that the table owns.
    EventView owned = event;
    owned.body = base::as_bytes(table->definition);
    PENSTOCK_ASSIGN(const TableMap kept, parse_table_map(owned));
    PENSTOCK_ASSIGN(table->metadata, decode_optional_metadata(kept, flavour_));
    table->types = value_types(table->layout.columns(), table->metadata);
    for (std::size_t i = 0; i < table->types.size(); ++i) {
        table->names.push_back(table->metadata.column_names.empty()
                                   ? fmt::format("@{}", i + 1)
                                   : std::string(table->metadata.column_names[i]));
    }
    return table;
}

Result<const Table*> TableCache::add(const EventView& table_map) {
    PENSTOCK_ASSIGN(const TableMap map, parse_table_map(table_map));
    const auto known = tables_.find(map.table_id);
    if (known != tables_.end() && known->second->definition == base::as_text(map.body)) {
        statement_open_ = true;
        return known->second.get();
    }
    forget(map.table_id);
    PENSTOCK_TRY(make_room(table_map));
    auto table = build(table_map, map);
    if (!table) return tl::unexpected<Error>(located(table_map, std::move(table.error())));
    (*table)->number = tables_met_++;
    statement_open_ = true;
    definition_bytes_ += map.body.size();
    return (tables_[map.table_id] = std::move(*table)).get();
}

const Table* TableCache::find(std::uint64_t table_id) const {
    const auto found = tables_.find(table_id);
    return found == tables_.end() ? nullptr : found->second.get();
}

}  // namespace penstock::binlog
